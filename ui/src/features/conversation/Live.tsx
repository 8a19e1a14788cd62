import { Brain } from "lucide-react";
import type { ConversationItem, Streaming } from "../../backend";
import { useStreams } from "../../backend";
import { Markdown } from "../../shared/Markdown";
import { Badge, roleName } from "../../shared/roles";
import { t } from "../../words";

/** What is being said right now. It alone is drawn again with every piece that arrives. */
export function Live({ items }: { items: ConversationItem[] }) {
  const streaming = useStreams((streams) => streams.messages);
  const known = new Set(items.map((item) => item.id));
  const last = items.at(-1)?.author;
  return Object.entries(streaming)
    .filter(([message]) => !known.has(message))
    .map(([message, said]) => (
      <li key={message} className={`flex gap-3.5 ${last === said.role ? "-mt-3.5" : ""}`} aria-busy="true">
        {last === said.role ? <span className="w-6 shrink-0" /> : <Badge author={said.role} />}
        <div className="min-w-0 flex-1">
          <p className={last === said.role ? "sr-only" : "font-semibold"}>{roleName(said.role)}</p>
          <Thought text={said.reasoning} now={said.text === "" && said.calls.length === 0} />
          {said.text !== "" && <Markdown text={said.text} streaming />}
          {said.calls.map((call, index) => (
            <Writing key={index} call={call} />
          ))}
        </div>
      </li>
    ));
}

/** A tool call while its arguments still arrive: what it is, what it is about, how much there is of it. */
function Writing({ call }: { call: Streaming["calls"][number] }) {
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

/** What a model thought before it spoke: folded away, but there to be read. */
export function Thought({ text, now = false }: { text: string; now?: boolean }) {
  if (text.trim() === "") return null;
  return (
    <details className="group pb-1" data-testid="thought">
      <summary className="flex cursor-pointer list-none items-center gap-1.5 text-small text-third hover:text-ink">
        <Brain size={13} aria-hidden className={now ? "alive" : ""} />
        {t(now ? "conversation.thinkingNow" : "conversation.thought")}
      </summary>
      <p data-selectable className="mt-1 whitespace-pre-wrap break-words border-line border-l-2 pl-3 text-second">
        {text}
      </p>
    </details>
  );
}
