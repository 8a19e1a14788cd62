import type { Excerpt } from "../../backend";

/** A text with the places marked that were looked for. */
export function Marked({ of: { text, marks } }: { of: Excerpt }) {
  return (
    <>
      {marks.flatMap(([from, to], index) => [
        text.slice(marks[index - 1]?.[1] ?? 0, from),
        <mark key={from} className="rounded-[3px] bg-waiting-bg font-semibold text-ink">
          {text.slice(from, to)}
        </mark>,
      ])}
      {text.slice(marks.at(-1)?.[1] ?? 0)}
    </>
  );
}
