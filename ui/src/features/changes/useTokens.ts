import { useEffect, useState } from "react";
import type { Token } from "./grammar";
import type { Row } from "./patch";

/** Reading is done part by part, one a frame at most: what scrolls by goes on scrolling. */
let turn: Promise<unknown> = Promise.resolve();

const afterAFrame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));

const known = new WeakMap<readonly Row[], Map<Row, Token[]>>();

/** The colours of a part of a diff, once they are known: the text is there before. */
export function useTokens(path: string, rows: readonly Row[]): Map<Row, Token[]> | undefined {
  const [, setRead] = useState(0);
  useEffect(() => {
    if (known.has(rows)) return;
    let gone = false;
    turn = turn
      .then(afterAFrame)
      .then(async () => {
        if (gone) return;
        const { grammarOf, tokens } = await import("./grammar");
        const grammar = await grammarOf(path);
        if (gone || grammar === null) return;
        known.set(rows, tokens(grammar, rows));
        setRead((times) => times + 1);
      })
      // Without colours it can be read as well.
      .catch(() => undefined);
    return () => {
      gone = true;
    };
  }, [path, rows]);
  return known.get(rows);
}
