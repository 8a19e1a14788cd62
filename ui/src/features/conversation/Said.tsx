import { Brain, Pencil, RotateCw } from "lucide-react";
import { memo, type ReactNode, useMemo, useState } from "react";
import { type AttachedFile, type Author, type Calling, type ConversationItem, useSaying } from "../../backend";
import { goOn, NOTHING } from "../../shared/blocks";
import { CopyButton } from "../../shared/CopyButton";
import { Words } from "../../shared/Markdown";
import { Notice } from "../../shared/Notice";
import { Badge, roleName } from "../../shared/roles";
import { about, clock } from "../../shared/time";
import { toolName } from "../../shared/tools";
import { t, useLanguage } from "../../words";
import { Attached } from "../attachments/Files";
import { Shown } from "../pictures/Pictures";
import { Anew } from "./Anew";

/** What can be done with messages. Each is the same function from one drawing to the next. */
export type SaidActions = {
  /** The person wants to say one of their messages in other words. */
  onEdit?: (item: ConversationItem) => void;
  /** They have said it, or thought better of it. */
  onAnew?: (item: ConversationItem, text: string | null) => Promise<boolean>;
  /** What failed or broke off is tried again; only the newest message can be. */
  again?: { id: string; run: () => void } | null;
  /** A file that was sent along is to be read. */
  onFile: (file: AttachedFile) => void;
};

type Props = SaidActions & {
  id: string;
  /** None while it is still being said. */
  item: ConversationItem | undefined;
  /** Who spoke before: what the same role goes on to say stands under the same name. */
  before: Author | undefined;
  editing?: boolean;
};

/**
 * One message, while it is said and afterwards: the same element, so that nothing is drawn anew when it is finished. It is drawn again
 * only when it changes itself.
 */
export const Said = memo(function Said({ id, item, before, editing = false, onEdit, onAnew, again, onFile }: Props) {
  useLanguage();
  const [seen, seeing] = useSeen();
  const live = useSaying(item ? undefined : id, (saying) => saying);
  const whole = useMemo(() => (item && item.author !== "you" ? goOn(NOTHING, item.text) : null), [item]);
  if (item?.author === "you") {
    if (editing && onAnew) return <Anew item={item} onAnew={onAnew} />;
    return <YouSaid item={item} onEdit={onEdit} onFile={onFile} />;
  }
  const author = item?.author ?? live?.role;
  if (!author) return null;
  const continued = before === author;
  const words = whole ?? live?.words ?? NOTHING;
  const silent = words.groups.length === 0 && words.tail === "";
  return (
    <div className="group/said relative flex gap-3.5" {...seeing}>
      {continued ? <span className="w-6 shrink-0" /> : <Badge author={author} />}
      <div className="min-w-0 flex-1">
        <p className={continued ? "sr-only" : "flex items-baseline gap-2"}>
          <span className="font-semibold">{roleName(author)}</span>
          {item && (
            <time dateTime={item.at} className="text-small text-third">
              {clock(item.at)}
            </time>
          )}
        </p>
        <Thought
          parts={item ? [item.reasoning] : live?.reasoning}
          now={!item && silent && Object.keys(live?.calls ?? {}).length === 0}
        />
        {item?.is_error ? <Notice>{item.text}</Notice> : !silent && <Words parted={words} streaming={!item} />}
        {Object.entries(live?.calls ?? {}).map(([index, call]) => (
          <Writing key={index} call={call} />
        ))}
        {item?.is_interrupted && <p className="text-small text-third">{t("conversation.interrupted")}</p>}
        {again?.id === id && (
          <button
            type="button"
            data-testid="say-again"
            onClick={again.run}
            className="mt-1.5 inline-flex items-center gap-1.5 text-second hover:text-ink"
          >
            <RotateCw size={13} aria-hidden />
            {t("conversation.tryAgain")}
          </button>
        )}
      </div>
      {item && item.text !== "" && <Actions text={item.text} seen={seen} />}
    </div>
  );
});

function YouSaid({
  item,
  onEdit,
  onFile,
}: {
  item: ConversationItem;
  onEdit: SaidActions["onEdit"];
  onFile: SaidActions["onFile"];
}) {
  const [seen, seeing] = useSeen();
  return (
    <div className="group/said relative flex gap-3.5 pr-16" {...seeing}>
      <Badge author="you" />
      <div
        data-selectable
        dir="auto"
        className="min-w-0 whitespace-pre-wrap break-words rounded-[9px] border border-line bg-surface px-3 py-2 text-read [unicode-bidi:isolate]"
      >
        {item.text}
        <Shown hashes={item.images} />
        <Attached files={item.files} onOpen={onFile} />
      </div>
      <Actions text={item.text} seen={seen}>
        {onEdit && !item.is_reason && !item.taken_back && (
          <button
            type="button"
            aria-label={t("conversation.edit")}
            title={t("conversation.edit")}
            data-testid="edit-message"
            className="inline-flex size-6 items-center justify-center rounded-control text-third hover:bg-faint hover:text-ink"
            onClick={() => onEdit(item)}
          >
            {seen && <Pencil size={13} />}
          </button>
        )}
      </Actions>
    </div>
  );
}

/**
 * Whether somebody has pointed at a message or come to it by keyboard. Its icons are drawn then: for most of what scrolls by they would be
 * half of the work.
 */
function useSeen() {
  const [seen, setSeen] = useState(false);
  const see = () => setSeen(true);
  return [seen, { onPointerEnter: see, onFocus: see }] as const;
}

/** What can be done with a message: seen when it is pointed at, and always there for the keyboard. */
function Actions({ text, seen, children }: { text: string; seen: boolean; children?: ReactNode }) {
  return (
    <span className="absolute top-0 right-0 flex rounded-control bg-panel opacity-0 group-hover/said:opacity-100 group-focus-within/said:opacity-100">
      {children}
      <CopyButton text={() => text} label={t("conversation.copy")} icon={seen} />
    </span>
  );
}

/** A tool call while its arguments still arrive: what it is, what it is about, how much there is of it. */
function Writing({ call }: { call: Calling }) {
  return (
    <p className="flex min-w-0 items-baseline gap-2 text-second" data-testid="calling">
      <span className="shrink-0">{toolName(call.tool)}</span>
      <span className="min-w-0 truncate font-mono text-small">{subject(call.beginning)}</span>
      {call.letters > 200 && (
        <span className="shrink-0 text-small text-third">
          {t("conversation.letters", { size: about(call.letters) })}
        </span>
      )}
    </p>
  );
}

/** What the call is about, out of JSON that is not whole yet. */
export function subject(beginning: string): string {
  const found = /"(?:path|command|pattern|question)"\s*:\s*"((?:[^"\\]|\\.)*)/.exec(beginning);
  return (found?.[1] ?? "").replaceAll(/\\[nrt]/g, " ").replaceAll(/\\(.)/g, "$1");
}

/** What a model thought before it spoke: folded away, but there to be read. It is written only while it is unfolded. */
function Thought({ parts = [], now }: { parts: string[] | undefined; now: boolean }) {
  const [open, setOpen] = useState(false);
  if (!parts.some((part) => /\S/.test(part))) return null;
  return (
    <details className="group pb-1" data-testid="thought" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="flex cursor-pointer list-none items-center gap-1.5 text-small text-third hover:text-ink">
        <Brain size={13} aria-hidden className={now ? "alive" : ""} />
        {t(now ? "conversation.thinkingNow" : "conversation.thought")}
      </summary>
      {open && (
        <p data-selectable className="mt-1 whitespace-pre-wrap break-words border-line border-l-2 pl-3 text-second">
          {parts.join("")}
        </p>
      )}
    </details>
  );
}
