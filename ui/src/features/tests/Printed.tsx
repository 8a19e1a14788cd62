import { useMemo } from "react";
import { Ansi } from "../../shared/Ansi";
import { CopyButton } from "../../shared/CopyButton";

/** So many lines are laid out together: of a long text only what is in sight is. */
const PART = 200;

/** What was printed, with its colours, to be copied. */
export function Printed({ title, text }: { title: string; text: string }) {
  const parts = useMemo(() => {
    const lines = text.split("\n");
    const parted: string[] = [];
    for (let at = 0; at < lines.length; at += PART) parted.push(lines.slice(at, at + PART).join("\n"));
    return parted;
  }, [text]);
  return (
    <section aria-label={title} className="flex min-h-0 flex-1 flex-col px-4 py-3">
      <div className="flex items-center pb-1">
        <h3 className="flex-1 text-small text-third">{title}</h3>
        <CopyButton text={() => text} />
      </div>
      <div
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto rounded-control border border-line bg-surface px-3 py-2"
      >
        {parts.map((part, index) => (
          <div
            key={`${index}`}
            className={parts.length > 1 ? "[contain-intrinsic-size:auto_3600px] [content-visibility:auto]" : ""}
          >
            <Ansi text={part} />
          </div>
        ))}
      </div>
    </section>
  );
}
