import { Brain } from "lucide-react";
import { memo, type ReactNode, useMemo, useState } from "react";
import { type Author, type Calling, type ConversationItem, useStreams } from "../../backend";
import { goOn, NOTHING } from "../../shared/blocks";
import { Words } from "../../shared/Markdown";
import { Notice } from "../../shared/Notice";
import { Badge, roleName } from "../../shared/roles";
import { clock } from "../../shared/time";
import { t } from "../../words";
import { Shown } from "../pictures/Pictures";

type Props = {
  id: string;
  /** None while it is still being said. */
  item: ConversationItem | undefined;
  /** Who spoke before: what the same role goes on to say stands under the same name. */
  before: Author | undefined;
  children?: ReactNode;
};

/**
 * One message, while it is said and afterwards: the same element, so that nothing is drawn anew when it is finished. It is drawn again
 * only when it changes itself.
 */
export const Said = memo(function Said({ id, item, before, children }: Props) {
  const live = useStreams((streams) => (item ? undefined : streams.messages[id]));
  const whole = useMemo(() => (item ? goOn(NOTHING, item.text) : null), [item]);
  if (item?.author === "you") return <YouSaid id={id} text={item.text} images={item.images} />;
  const author = item?.author ?? live?.role;
  if (!author) return null;
  const continued = before === author;
  const words = whole ?? live?.words ?? NOTHING;
  const silent = words.groups.length === 0 && words.tail === "";
  return (
    <li data-message={id} className={`flex gap-3.5 ${continued ? "-mt-3.5" : ""}`} aria-busy={!item}>
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
        {children}
      </div>
    </li>
  );
});

function YouSaid({ id, text, images }: { id: string; text: string; images: string[] }) {
  return (
    <li data-message={id} className="flex gap-3.5">
      <Badge author="you" />
      <div
        data-selectable
        className="min-w-0 whitespace-pre-wrap break-words rounded-[9px] border border-line bg-surface px-3 py-2 text-read"
      >
        {text}
        <Shown hashes={images} />
      </div>
    </li>
  );
}

/** A tool call while its arguments still arrive: what it is, what it is about, how much there is of it. */
function Writing({ call }: { call: Calling }) {
  return (
    <p className="flex min-w-0 items-baseline gap-2 text-second" data-testid="calling">
      <span className="shrink-0">{call.tool.replaceAll("_", " ")}</span>
      <span className="min-w-0 truncate font-mono text-small">{subject(call.beginning)}</span>
      {call.letters > 200 && (
        <span className="shrink-0 text-small text-third">
          {t("conversation.letters", { size: size(call.letters) })}
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

function size(letters: number): string {
  return letters < 1000 ? `${letters}` : `${(letters / 1000).toFixed(1)} k`;
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
