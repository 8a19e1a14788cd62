import { ChevronDown, ChevronUp, Search, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { IconButton } from "../../shared/Button";
import { t } from "../../words";
import type { useFind } from "./useFind";

type Props = {
  find: ReturnType<typeof useFind>;
  onClose: () => void /** Grows each time that it is asked for. */;
  asked: number;
};

export function FindBar({ find, onClose, asked }: Props) {
  const field = useRef<HTMLInputElement>(null);
  // Asked for again, what stands there is to be typed over.
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, [asked]);
  const { words, count, number } = find;
  const told =
    words.trim() === "" ? "" : count === 0 ? t("conversation.foundNone") : t("conversation.foundAt", { number, count });
  return (
    <search
      data-testid="find-bar"
      data-floats
      className="card lifted absolute top-2 right-5 z-10 flex w-[340px] max-w-[calc(100%-40px)] items-center gap-1 py-1 pr-1 pl-2.5"
    >
      <Search size={14} aria-hidden className="shrink-0 text-third" />
      <input
        ref={field}
        data-testid="find-field"
        aria-label={t("conversation.find")}
        placeholder={t("conversation.find")}
        value={words}
        onChange={(event) => find.type(event.target.value)}
        onKeyDown={(event) => {
          if (event.nativeEvent.isComposing) return;
          if (event.key === "Escape") {
            event.stopPropagation();
            onClose();
          } else if (event.key === "Enter") {
            event.preventDefault();
            if (event.shiftKey) find.previous();
            else find.next();
          }
        }}
        className="quiet-focus h-6 min-w-0 flex-1 bg-transparent px-1"
      />
      <output data-testid="find-count" className="shrink-0 px-1 text-small text-third">
        {told}
      </output>
      <IconButton
        label={t("conversation.findPrevious")}
        className="size-6"
        disabled={count === 0}
        onClick={find.previous}
      >
        <ChevronUp size={14} />
      </IconButton>
      <IconButton label={t("conversation.findNext")} className="size-6" disabled={count === 0} onClick={find.next}>
        <ChevronDown size={14} />
      </IconButton>
      <IconButton label={t("close")} className="size-6" onClick={onClose}>
        <X size={14} />
      </IconButton>
    </search>
  );
}
