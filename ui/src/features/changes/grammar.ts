import { load, type Node, parts } from "../../shared/highlight";
import type { Row } from "./patch";

/** A piece of a line and how it is drawn. */
export type Token = { text: string; look: string };

/** What grammars call the parts of a text, and how each is drawn. Anything else is plain. */
const LOOK: Record<string, string> = {
  keyword: "text-verification-overseer",
  built_in: "text-code-writer",
  type: "text-code-writer",
  title: "text-code-writer",
  attr: "text-code-writer",
  attribute: "text-code-writer",
  name: "text-code-writer",
  section: "text-code-writer",
  tag: "text-code-writer",
  selector: "text-code-writer",
  property: "text-code-writer",
  string: "text-q-assistant",
  regexp: "text-q-assistant",
  number: "text-test-auditor",
  literal: "text-test-auditor",
  symbol: "text-test-auditor",
  meta: "text-second",
  comment: "text-second",
  quote: "text-second",
};

/** The grammar for a file, by its name; none where there is none for it. */
export async function grammarOf(path: string): Promise<string | null> {
  const file = path.split("/").pop()?.toLowerCase() ?? "";
  const end = file.includes(".") ? (file.split(".").pop() ?? "") : file;
  return (await load(end)) ? end : null;
}

/** The lines of a text in tokens. */
function lines(grammar: string, text: string): Token[][] {
  const found: Token[][] = [[]];
  const walk = (node: Node, look: string) => {
    if (node.type === "text") {
      (node.value ?? "").split("\n").forEach((piece, index) => {
        if (index > 0) found.push([]);
        if (piece !== "") found.at(-1)?.push({ text: piece, look });
      });
    }
    const kind = (node.properties?.className?.[0] ?? "").replace("hljs-", "").replace(/-.*/, "");
    for (const child of node.children ?? []) walk(child, LOOK[kind] ?? look);
  };
  for (const node of parts(text, grammar) ?? []) walk(node, "");
  return found;
}

/** The tokens of rows, each side read as the text it is. */
export function tokens(grammar: string, rows: readonly Row[]): Map<Row, Token[]> {
  const found = new Map<Row, Token[]>();
  for (const kind of ["removed", "added"] as const) {
    const side = rows.filter((row) => row.kind === kind || row.kind === "same");
    if (!side.some((row) => !found.has(row))) continue;
    const read = lines(grammar, side.map((row) => row.text).join("\n"));
    for (const [index, row] of side.entries()) found.set(row, read[index] ?? []);
  }
  return found;
}
