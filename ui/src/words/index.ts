import i18next, { type TFunction } from "i18next";
import { createContext, createElement, type ReactNode, useContext, useSyncExternalStore } from "react";
import type { Language } from "../backend/bindings";
import en from "./en.json";

declare module "i18next" {
  interface CustomTypeOptions {
    /** A key that is not in the English file does not compile. */
    resources: { translation: typeof en };
  }
}

/** English is always here; the others come when somebody speaks them. */
const OTHERS: Record<Exclude<Language, "en">, () => Promise<{ default: object }>> = {
  de: () => import("./de.json"),
  es: () => import("./es.json"),
};

void i18next
  .use({
    type: "formatter",
    init: () => undefined,
    add: () => undefined,
    addCached: () => undefined,
    /** A number in a message is written as the language writes numbers. */
    format: (value: unknown) => (typeof value === "number" ? numbers({}).format(value) : value),
  })
  .init({
    lng: "en",
    fallbackLng: "en",
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false, alwaysFormat: true },
    initAsync: false,
  });

export const t: TFunction = i18next.t;

/**
 * The message of a key that comes from Rust (the code of an error, the kind of an event), where there is one and all that it asks for is
 * given.
 */
export function said(key: string, given: Record<string, unknown> = {}): string | undefined {
  const message: unknown = i18next.getResource("en", "translation", key);
  if (typeof message !== "string") return undefined;
  const asked = [...message.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = ""]) => name);
  if (asked.some((name) => given[name] === undefined || given[name] === null)) return undefined;
  return i18next.t(key as "close", given);
}

/** The language that the window speaks now. */
export const language = () => i18next.language as Language;

const subscribe = (changed: () => void) => {
  i18next.on("languageChanged", changed);
  return () => i18next.off("languageChanged", changed);
};

const Spoken = createContext<Language>("en");

/**
 * Hands the language to all that is drawn in it. It listens once for all of them: each row of a long list that listened for itself, and
 * went away again, would leave a table of listeners behind that holds it until the next full collection (JavaScriptCore's tables point to
 * those that replace them).
 */
export function InTheLanguage({ children }: { children: ReactNode }) {
  return createElement(Spoken, { value: useSyncExternalStore(subscribe, language) }, children);
}

/** The same, for a component: it is drawn again when the person chooses another one. */
export const useLanguage = (): Language => useContext(Spoken);

let wanted: Language = "en";

/** Speaks this language from now on, as soon as its words are here. Nothing in the window is lost by it. */
export async function speak(next: Language): Promise<void> {
  wanted = next;
  if (next !== "en" && !i18next.hasResourceBundle(next, "translation")) {
    i18next.addResourceBundle(next, "translation", (await OTHERS[next]()).default);
  }
  // Another one may have been chosen while the words came.
  if (wanted !== next) return;
  document.documentElement.lang = next;
  if (language() !== next) await i18next.changeLanguage(next);
}

type Cached = Intl.NumberFormat | Intl.DateTimeFormat | Intl.ListFormat;
const made = new Map<string, Cached>();

/** Making one of these takes longer than using it a hundred times. */
function cached<T extends Cached>(kind: string, options: object, make: (language: Language) => T): T {
  const key = `${kind} ${language()} ${JSON.stringify(options)}`;
  const found = made.get(key) ?? make(language());
  made.set(key, found);
  return found as T;
}

export const numbers = (options: Intl.NumberFormatOptions) =>
  cached("number", options, (language) => new Intl.NumberFormat(language, options));

export const dates = (options: Intl.DateTimeFormatOptions) =>
  cached("date", options, (language) => new Intl.DateTimeFormat(language, options));

export const lists = (options: Intl.ListFormatOptions) =>
  cached("list", options, (language) => new Intl.ListFormat(language, options));
