import { ArrowUp, Square } from "lucide-react";
import { type RefObject, useEffect, useRef } from "react";
import { type BuildDetail, call, commands, useStreams } from "../../backend";
import { useAction } from "../../shared/actions";
import { modelName } from "../../shared/models";
import { Notice } from "../../shared/Notice";
import { TextArea } from "../../shared/TextArea";
import { useDraft } from "../../shared/useDraft";
import { t } from "../../words";
import { Attach, Chosen } from "../attachments/Files";
import { useAttachments } from "../attachments/useAttachments";
import { DictationNotice } from "../voice/DictationNotice";
import { reconsider, settled } from "../voice/dictation";
import { Microphone } from "../voice/Microphone";
import { useDictatedField } from "../voice/useDictatedField";
import type { useSay } from "./useSay";

type Props = {
  build: BuildDetail;
  say: ReturnType<typeof useSay>;
  /** Where its field is to be found. */
  field: RefObject<HTMLTextAreaElement | null>;
  /** Something that was said before, to be said again. */
  copied: { text: string } | null;
};

export function Composer({ build, say, field, copied }: Props) {
  const id = build.summary.workflow_id;
  const [text, setText, clear, loaded] = useDraft(`message-${id}`);
  const typed = useRef(text);
  typed.current = text;
  const chosen = useAttachments(`message-${id}`);
  const speaking = useStreams((streams) => Object.values(streams.messages).some((m) => m.role === "q_assistant"));
  const talking = build.summary.state === "discovery" || build.summary.state === "planning";
  const placeholder = talking
    ? t("conversation.placeholderTalk")
    : build.summary.status === "complete"
      ? t("conversation.placeholderLive")
      : t("conversation.placeholder");
  const target = { key: `message-${id}`, workflowId: id };
  const cancelled = build.summary.status === "cancelled";
  const deliver = async () => {
    if (chosen.preparing) return;
    const { pictures, files } = chosen;
    const images = pictures.map((picture) => picture.data);
    await say.send(text, images, files, () => {
      // Only what was sent: what was typed or said since stays.
      if (typed.current === text) clear();
      else if (typed.current.startsWith(text)) setText(typed.current.slice(text.length).trimStart());
      chosen.removeSent({ pictures, files });
    });
  };
  const delivering = useRef(deliver);
  delivering.current = deliver;
  const send = async () => {
    // What was said last is part of it. Whoever went away or thought better of it meanwhile sends nothing.
    if ((await settled(target.key)) && ref.current) await delivering.current();
  };
  const { ref, onSpace } = useDictatedField({
    target,
    // It comes after what was said before it by itself.
    send: () => void delivering.current(),
    loaded: loaded && !cancelled,
  });
  // It is taken over once, whatever is typed afterwards.
  useEffect(() => {
    if (!copied) return;
    // What was typed already stays.
    setText(typed.current.trim() === "" ? copied.text : `${typed.current}\n\n${copied.text}`);
    ref.current?.focus();
  }, [copied]);
  const stop = () => void call(commands.stopReply(id)).catch(() => undefined);
  // From the moment that it is its turn until it has said what it has to say.
  const canStop = speaking || (talking && build.summary.waiting_for === "role");
  useAction({ id: "compose", run: () => ref.current?.focus() }, { enabled: !cancelled });
  useAction({ id: "stop_reply", run: stop }, { enabled: canStop });
  if (cancelled) return null;
  return (
    <div className="pr-[10px]">
      <div className="mx-auto w-full max-w-[728px] px-6 pb-5">
        {say.error && (
          <div className="pb-2">
            <Notice onDismiss={say.forget}>{say.error}</Notice>
          </div>
        )}
        <div className="pb-2 empty:hidden">
          <DictationNotice target={target} />
        </div>
        <div className="card px-3.5 pt-3 pb-2.5 focus-within:border-third" {...chosen.field}>
          <Chosen {...chosen} />
          <TextArea
            ref={(area: HTMLTextAreaElement | null) => {
              ref.current = area;
              field.current = area;
            }}
            data-testid="message-composer"
            aria-label={placeholder}
            placeholder={placeholder}
            value={text}
            rows={1}
            maxHeight={180}
            onChange={(event) => {
              reconsider();
              setText(event.target.value);
            }}
            onKeyDown={(event) => {
              onSpace(event);
              if (event.nativeEvent.isComposing) return;
              if (event.key === "Escape" && canStop) {
                event.preventDefault();
                stop();
              }
              if (event.key === "ArrowUp" && text === "") {
                // From an empty field the answers that are offered lie above.
                const answer = document.querySelector<HTMLElement>("[data-answer]");
                if (answer) event.preventDefault();
                answer?.focus();
              }
              if (event.key !== "Enter" || event.shiftKey) return;
              event.preventDefault();
              void send();
            }}
            className="text-read"
          />
          <div className="flex items-center justify-end gap-3 pt-1.5">
            <span className="-ml-1.5 mr-auto flex min-w-0 items-center gap-1.5">
              <Attach add={chosen.add} />
              <Microphone target={target} empty={text === ""} />
            </span>
            <span className="truncate text-small text-third">{modelName(build.model)}</span>
            {canStop && (
              <button
                type="button"
                data-testid="stop-reply"
                aria-label={t("conversation.stop")}
                title={t("conversation.stopKey")}
                onClick={stop}
                className="flex size-7 items-center justify-center rounded-control bg-primary text-on-primary"
              >
                <Square size={12} fill="currentColor" />
              </button>
            )}
            {(!canStop || text.trim() !== "") && (
              <button
                type="button"
                data-testid="send-message"
                aria-label={t("conversation.send")}
                title={t("conversation.send")}
                disabled={say.busy || chosen.preparing || text.trim() === ""}
                onClick={() => void send()}
                className="flex size-7 items-center justify-center rounded-control bg-primary text-on-primary disabled:opacity-35"
              >
                <ArrowUp size={15} />
              </button>
            )}
          </div>
        </div>
      </div>
    </div>
  );
}
