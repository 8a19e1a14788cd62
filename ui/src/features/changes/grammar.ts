import type { LanguageFn } from "highlight.js";
import { createLowlight } from "lowlight";
import type { Row } from "./patch";

/** A piece of a line and how it is drawn. */
export type Token = { text: string; look: string };

type Load = () => Promise<{ default: LanguageFn }>;

/** Each grammar is loaded when a file of its kind is looked at. */
const GRAMMARS: Record<string, Load> = {
  bash: () => import("highlight.js/lib/languages/bash"),
  c: () => import("highlight.js/lib/languages/c"),
  cpp: () => import("highlight.js/lib/languages/cpp"),
  csharp: () => import("highlight.js/lib/languages/csharp"),
  css: () => import("highlight.js/lib/languages/css"),
  go: () => import("highlight.js/lib/languages/go"),
  ini: () => import("highlight.js/lib/languages/ini"),
  java: () => import("highlight.js/lib/languages/java"),
  javascript: () => import("highlight.js/lib/languages/javascript"),
  json: () => import("highlight.js/lib/languages/json"),
  kotlin: () => import("highlight.js/lib/languages/kotlin"),
  makefile: () => import("highlight.js/lib/languages/makefile"),
  markdown: () => import("highlight.js/lib/languages/markdown"),
  php: () => import("highlight.js/lib/languages/php"),
  python: () => import("highlight.js/lib/languages/python"),
  ruby: () => import("highlight.js/lib/languages/ruby"),
  rust: () => import("highlight.js/lib/languages/rust"),
  scss: () => import("highlight.js/lib/languages/scss"),
  sql: () => import("highlight.js/lib/languages/sql"),
  swift: () => import("highlight.js/lib/languages/swift"),
  typescript: () => import("highlight.js/lib/languages/typescript"),
  xml: () => import("highlight.js/lib/languages/xml"),
  yaml: () => import("highlight.js/lib/languages/yaml"),
};

const BY_END: Record<string, string> = {
  sh: "bash",
  bash: "bash",
  zsh: "bash",
  c: "c",
  h: "c",
  cc: "cpp",
  cpp: "cpp",
  hpp: "cpp",
  cs: "csharp",
  css: "css",
  go: "go",
  ini: "ini",
  toml: "ini",
  cfg: "ini",
  java: "java",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  jsx: "javascript",
  json: "json",
  kt: "kotlin",
  makefile: "makefile",
  md: "markdown",
  php: "php",
  py: "python",
  rb: "ruby",
  rs: "rust",
  scss: "scss",
  sql: "sql",
  swift: "swift",
  ts: "typescript",
  tsx: "typescript",
  mts: "typescript",
  html: "xml",
  svg: "xml",
  xml: "xml",
  vue: "xml",
  yml: "yaml",
  yaml: "yaml",
};

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

const lowlight = createLowlight();

/** The grammar for a file, by its name; none where there is none for it. */
export async function grammarOf(path: string): Promise<string | null> {
  const file = path.split("/").pop()?.toLowerCase() ?? "";
  const name = BY_END[file.includes(".") ? (file.split(".").pop() ?? "") : file];
  const load = name && GRAMMARS[name];
  if (!load) return null;
  if (!lowlight.registered(name)) lowlight.register({ [name]: (await load()).default });
  return name;
}

type Node = { type: string; value?: string; children?: Node[]; properties?: { className?: unknown } };

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
    const names = Array.isArray(node.properties?.className) ? node.properties.className : [];
    const kind = String(names[0] ?? "")
      .replace("hljs-", "")
      .replace(/-.*/, "");
    for (const child of node.children ?? []) walk(child, LOOK[kind] ?? look);
  };
  walk(lowlight.highlight(grammar, text) as Node, "");
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
