import { useEffect, useRef, useState } from "react";
import type { ConversationItem } from "../../backend";
import { Button } from "../../shared/Button";
import { Badge } from "../../shared/roles";
import { TextArea } from "../../shared/TextArea";
import { t } from "../../words";
import type { SaidActions } from "./Said";

type Props = { item: ConversationItem; onAnew: NonNullable<SaidActions["onAnew"]> };

/** One's own message, to be said in other words. What will follow from it stands beside the button. */
export function Anew({ item, onAnew }: Props) {
  const [text, setText] = useState(item.text);
  const [busy, setBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const area = field.current;
    area?.focus();
    area?.setSelectionRange(area.value.length, area.value.length);
  }, []);
  const say = async () => {
    if (busy || text.trim() === "") return;
    setBusy(true);
    if (!(await onAnew(item, text))) setBusy(false);
  };
  return (
    <div className="flex gap-3.5">
      <Badge author="you" />
      <div className="card min-w-0 flex-1 px-3.5 pt-3 pb-2.5 focus-within:border-third">
        <TextArea
          ref={field}
          data-testid="edit-field"
          aria-label={t("conversation.edit")}
          value={text}
          rows={1}
          maxHeight={240}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.nativeEvent.isComposing) return;
            if (event.key === "Escape") {
              event.stopPropagation();
              void onAnew(item, null);
            } else if (event.key === "Enter" && !event.shiftKey) {
              event.preventDefault();
              void say();
            }
          }}
          className="text-read"
        />
        <div className="flex flex-wrap items-center justify-end gap-2 pt-2">
          <p className="mr-auto min-w-0 text-small text-third">{t("conversation.anewNote")}</p>
          <Button kind="quiet" onClick={() => void onAnew(item, null)}>
            {t("cancel")}
          </Button>
          <Button
            kind="primary"
            data-testid="say-anew"
            disabled={busy || text.trim() === ""}
            onClick={() => void say()}
          >
            {t("conversation.sayAnew")}
          </Button>
        </div>
      </div>
    </div>
  );
}
