import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { CopyButton } from "./CopyButton";
import { oneAFrame } from "./oneAFrame";

/** Longer code is shown as it is: it would be read in an editor anyway, and colouring it would keep the window from answering. */
const LONGEST = 20_000;
const LONGEST_LINE = 2_000;

/** Code that is still being written is coloured when it is finished. */
export const Growing = createContext(false);

/** Code in what a model wrote: with its parts coloured, and to be copied. */
export function Code({ text, language }: { text: string; language: string }) {
  const growing = useContext(Growing);
  const coloured = useColoured(growing ? null : text, language);
  return (
    <div className="group relative my-2 rounded-control border border-line bg-surface">
      <CopyButton
        text={() => text}
        className="absolute top-1 right-1 bg-surface opacity-0 group-hover:opacity-100 focus-visible:opacity-100"
      />
      <pre
        data-sideways
        dir="ltr"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard, too
        tabIndex={0}
        className="overflow-x-auto px-3 py-2 font-mono text-small leading-5"
      >
        <code>{coloured ?? text}</code>
      </pre>
    </div>
  );
}

/** What was coloured, by its language and words: who comes back to it finds it as it was. The oldest is let go first. */
const known = new Map<string, ReactNode>();
const KEPT = 200;

/** The code with its parts coloured, once they are known: the text is there before. */
function useColoured(text: string | null, language: string): ReactNode {
  const [, setColoured] = useState(0);
  const fits = text !== null && language !== "" && text.length <= LONGEST && !hasLongLine(text);
  const key = fits ? `${language}\n${text}` : null;
  useEffect(() => {
    if (key === null || text === null || known.has(key)) return;
    return oneAFrame(async () => {
      const { highlight, load } = await import("./highlight");
      if (!(await load(language))) return;
      const [oldest] = known.keys();
      if (known.size >= KEPT && oldest !== undefined) known.delete(oldest);
      known.set(key, highlight(text, language));
      setColoured((times) => times + 1);
    });
  }, [key, text, language]);
  return key === null ? null : known.get(key);
}

function hasLongLine(text: string): boolean {
  return text.split("\n").some((line) => line.length > LONGEST_LINE);
}
