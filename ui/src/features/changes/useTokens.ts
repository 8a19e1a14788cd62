import { useEffect, useState } from "react";
import { oneAFrame } from "../../shared/oneAFrame";
import type { Token } from "./grammar";
import type { Row } from "./patch";

const known = new WeakMap<readonly Row[], Map<Row, Token[]>>();

/** The colours of a part of a diff, once they are known: the text is there before, and can be read without them as well. */
export function useTokens(path: string, rows: readonly Row[]): Map<Row, Token[]> | undefined {
  const [, setRead] = useState(0);
  useEffect(() => {
    if (known.has(rows)) return;
    return oneAFrame(async () => {
      const { grammarOf, tokens } = await import("./grammar");
      const grammar = await grammarOf(path);
      if (grammar === null) return;
      known.set(rows, tokens(grammar, rows));
      setRead((times) => times + 1);
    });
  }, [path, rows]);
  return known.get(rows);
}
