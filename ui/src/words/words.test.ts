// @vitest-environment node
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "vite";
import { describe, expect, it } from "vitest";
import de from "./de.json";
import en from "./en.json";
import es from "./es.json";

type Messages = { [key: string]: string | Messages };
const LANGUAGES: Record<string, Messages> = { en, de, es };

/** What is the same in two languages, and was looked at. */
const SAME: Record<string, string[]> = {
  de: [
    "brand",
    "builds.live",
    "states.complete",
    "keys.escape",
    "line.at",
    "roles.q_assistant",
    "roles.code_writer",
    "roles.test_auditor",
    "roles.verification_overseer",
    "roles.release_manager",
    "first.folder",
    "tabs.plan",
    "tabs.tests",
    "tabs.release",
    "rail.tokens",
    "rail.fromTo",
    "conversation.doing",
    "plan.budget",
    "timeline.event_state_changed",
    "timeline.kind_plan",
    "timeline.event_budget_set",
    "timeline.noted",
    "work.tool",
    "evidence.probedAt",
    "complete.tag",
    "setup.name",
    "setup.urlHint",
    "money.tokens",
    "money.budgetIs",
    "money.lessThan",
    "search.builds",
    "palette.builds",
    "statistics.builds",
    "statistics.status",
    "statistics.status_complete",
    "statistics.phase",
    "statistics.road",
    "statistics.roleAndModel",
    "statistics.tokensAndCost",
    "setup.section_desktop",
    "native.waitingTitle",
    "native.liveText",
    "desktop.title",
    "desktop.editor",
    "desktop.terminal",
    "desktop.addressHint",
  ],
  es: [
    "brand",
    "keys.mod",
    "keys.escape",
    "line.at",
    "roles.q_assistant",
    "roles.code_writer",
    "roles.test_auditor",
    "roles.verification_overseer",
    "roles.release_manager",
    "tabs.plan",
    "rail.tokens",
    "rail.fromTo",
    "conversation.doing",
    "timeline.event_state_changed",
    "timeline.kind_plan",
    "timeline.noted",
    "setup.urlHint",
    "setup.roles",
    "setup.general",
    "setup.section_general",
    "money.tokens",
    "money.tokenCount",
    "money.lessThan",
    "evidence.toPlan",
    "evidence.probedAt",
    "work.tool",
    "statistics.road",
    "statistics.roleAndModel",
    "statistics.tokensAndCost",
    "native.waitingTitle",
    "native.liveText",
    "desktop.editor",
    "desktop.terminal",
    "desktop.addressHint",
  ],
};

function flat(messages: Messages, before = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(messages)) {
    if (typeof value === "string") found.set(before + key, value);
    else for (const [inner, text] of flat(value, `${before}${key}.`)) found.set(inner, text);
  }
  return found;
}

const PLURAL = /_(zero|one|two|few|many|other)$/;
const base = (key: string) => key.replace(PLURAL, "");
/** A key that has forms by number, and not one that happens to end like one. */
const isPlural = (key: string, all: Map<string, string>) => PLURAL.test(key) && all.has(`${base(key)}_other`);
const names = (all: Map<string, string>) =>
  new Set([...all.keys()].map((key) => (isPlural(key, all) ? base(key) : key)));
const placeholders = (text: string) => [...text.matchAll(/\{\{\s*(\w+)/g)].map(([, name]) => name).sort();
const missingFrom = (these: Set<string>, those: Set<string>) => [...these].filter((key) => !those.has(key));

describe.each(Object.entries(LANGUAGES))("the words of %s", (language, messages) => {
  const all = flat(messages);
  const english = flat(en);

  it("are all there, and no others", () => {
    expect(missingFrom(names(english), names(all)), "missing").toEqual([]);
    expect(missingFrom(names(all), names(english)), "nobody says these").toEqual([]);
  });

  it("say something", () => {
    expect([...all].filter(([, text]) => text.trim() === "").map(([key]) => key)).toEqual([]);
  });

  it("have every form by number that the language has", () => {
    const forms = new Intl.PluralRules(language).resolvedOptions().pluralCategories;
    const plural = new Set([...all.keys()].filter((key) => isPlural(key, all)).map(base));
    expect([...plural].flatMap((key) => forms.map((form) => `${key}_${form}`)).filter((key) => !all.has(key))).toEqual(
      [],
    );
    // "0" in words of its own is possible in any language.
    const known = new Set<string>([...forms, "zero"]);
    const others = [...all.keys()].filter((key) => isPlural(key, all) && !known.has(PLURAL.exec(key)?.[1] ?? ""));
    expect(others).toEqual([]);
  });

  it("ask for what the English ones ask for", () => {
    const asked = ([key, text]: [string, string]) => {
      const model = english.get(key) ?? english.get(`${base(key)}_other`) ?? "";
      return { key, asks: placeholders(text), english: placeholders(model) };
    };
    expect([...all].map(asked).filter(({ asks, english }) => asks.join() !== english.join())).toEqual([]);
  });

  it.skipIf(language === "en")("are not left in English", () => {
    const same = [...all].filter(([key, text]) => english.get(key) === text).map(([key]) => key);
    expect(same.filter((key) => !SAME[language]?.includes(key))).toEqual([]);
    expect(
      SAME[language]?.filter((key) => !same.includes(key)),
      "no longer the same",
    ).toEqual([]);
  });
});

/** Words that stand in the interface themselves, because they are no words: a product's or a command's own name. */
const NAMES = ["Q", "sha256", "node --test 0O1lI 4f2a91c", "N", "Ctrl K"];
/** Where a string is read by a person. */
const READ = ["aria-label", "aria-description", "aria-roledescription", "title", "placeholder", "alt", "label", "text"];
/** What is typed into a field is the same in every language. */
const TYPED = ["make check", "whisper-1", "http://127.0.0.1:8000/v1/"];

const source = join(import.meta.dirname, "..");

function components(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return components(path);
    return /(?<!\.test)\.tsx$/.test(entry.name) ? [path] : [];
  });
}

type Node = { type: string; [part: string]: unknown };

function walk(node: unknown, see: (node: Node) => void): void {
  if (Array.isArray(node)) for (const each of node) walk(each, see);
  else if (typeof node === "object" && node !== null) {
    if ("type" in node && typeof node.type === "string") see(node as Node);
    for (const part of Object.values(node)) walk(part, see);
  }
}

const isWords = (text: string) => /\p{L}/u.test(text) && !NAMES.includes(text.trim()) && !TYPED.includes(text);

/** Literal strings that an expression may come to: both sides of a choice, the text of a template. */
function literals(node: Node | null): string[] {
  switch (node?.type) {
    case "Literal":
      return typeof node.value === "string" ? [node.value] : [];
    case "JSXExpressionContainer":
      return literals(node.expression as Node);
    case "ConditionalExpression":
      return [...literals(node.consequent as Node), ...literals(node.alternate as Node)];
    case "LogicalExpression":
      return literals(node.right as Node);
    case "TemplateLiteral":
      return (node.quasis as { value: { cooked: string } }[]).map((part) => part.value.cooked);
    default:
      return [];
  }
}

function wordsIn(code: string): string[] {
  const found: string[] = [];
  walk(parseAst(code, { lang: "tsx" }), (node) => {
    if (node.type === "JSXText") found.push(String(node.value));
    if (node.type === "JSXElement" || node.type === "JSXFragment") {
      for (const child of node.children as Node[]) {
        if (child.type === "JSXExpressionContainer") found.push(...literals(child));
      }
    }
    if (node.type === "JSXAttribute" && READ.includes(String((node.name as Node).name))) {
      found.push(...literals(node.value as Node | null));
    }
  });
  return found.filter(isWords).map((text) => text.trim());
}

describe("components", () => {
  const files = [
    ...components(join(source, "features")),
    ...components(join(source, "shared")),
    join(source, "App.tsx"),
  ];

  it("are looked at", () => {
    expect(files.length).toBeGreaterThan(30);
    const code = '<p title="Go on" aria-label={a ? "yes" : t("no")}>Two words {b && "three"} {`four`} Q</p>';
    expect(wordsIn(code)).toEqual(["three", "four", "Go on", "yes", "Two words"]);
  });

  it("have no words of their own", () => {
    const found = files.map((file) => ({ file, words: wordsIn(readFileSync(file, "utf8")) }));
    expect(found.filter(({ words }) => words.length > 0)).toEqual([]);
  });

  it("speak another language as soon as it is chosen", () => {
    // What is drawn only when its properties change would not hear of it by itself.
    const deaf = files.filter((file) => {
      const code = readFileSync(file, "utf8");
      return /\bmemo\(/.test(code) && !code.includes("useLanguage()");
    });
    expect(deaf).toEqual([]);
  });
});
