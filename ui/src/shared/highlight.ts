import { createLowlight } from "lowlight";
import { createElement, type ReactNode } from "react";

// This file and the grammars are loaded when the first code is shown; see `Code.tsx`.

type Grammar = Parameters<ReturnType<typeof createLowlight>["register"]>[1];

/** The grammars, each loaded when code of it is shown. */
const GRAMMARS: Record<string, () => Promise<{ default: Grammar }>> = {
  bash: () => import("highlight.js/lib/languages/bash"),
  c: () => import("highlight.js/lib/languages/c"),
  cpp: () => import("highlight.js/lib/languages/cpp"),
  csharp: () => import("highlight.js/lib/languages/csharp"),
  css: () => import("highlight.js/lib/languages/css"),
  diff: () => import("highlight.js/lib/languages/diff"),
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

/** What models call them, too. */
const ALSO: Record<string, string> = {
  "c++": "cpp",
  cc: "cpp",
  cfg: "ini",
  cjs: "javascript",
  cs: "csharp",
  h: "c",
  hpp: "cpp",
  html: "xml",
  js: "javascript",
  jsonc: "json",
  jsx: "javascript",
  kt: "kotlin",
  md: "markdown",
  mjs: "javascript",
  mts: "typescript",
  patch: "diff",
  py: "python",
  rb: "ruby",
  rs: "rust",
  sh: "bash",
  shell: "bash",
  svg: "xml",
  toml: "ini",
  ts: "typescript",
  tsx: "typescript",
  vue: "xml",
  yml: "yaml",
  zsh: "bash",
};

const lowlight = createLowlight();

const nameOf = (language: string): string | undefined => {
  const name = ALSO[language.toLowerCase()] ?? language.toLowerCase();
  return Object.hasOwn(GRAMMARS, name) ? name : undefined;
};

/** Loads a grammar. False where there is none. */
export async function load(language: string): Promise<boolean> {
  const name = nameOf(language);
  if (!name) return false;
  if (!lowlight.registered(name))
    lowlight.register(name, (await (GRAMMARS[name] as () => Promise<{ default: Grammar }>)()).default);
  return true;
}

/** The parts of code, as a tree; null while its grammar is not loaded. */
export function parts(code: string, language: string): Node[] | null {
  const name = nameOf(language);
  if (!name || !lowlight.registered(name)) return null;
  return lowlight.highlight(name, code).children as Node[];
}

/** Code with its parts marked, as elements; null while its grammar is not loaded. */
export function highlight(code: string, language: string): ReactNode {
  const found = parts(code, language);
  return found && elements(found);
}

export type Node = { type: string; value?: string; properties?: { className?: string[] }; children?: Node[] };

function elements(nodes: Node[]): ReactNode[] {
  return nodes.map((node, index) =>
    node.type === "text"
      ? node.value
      : createElement(
          "span",
          { key: index, className: node.properties?.className?.join(" ") },
          elements(node.children ?? []),
        ),
  );
}
