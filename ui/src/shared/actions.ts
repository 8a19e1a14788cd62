import { useEffect, useRef } from "react";
import { create } from "zustand";
import { t, useLanguage } from "../words";
import { isMac } from "./keys";
import { type ActionGroup, type ActionId, entryOf, type Keys } from "./shortcuts";

type Wanted = {
  id: ActionId;
  /** One of several of its kind: the phase that is rolled back to. */
  which?: string;
  /** What it does, as a verb, where the table's own words say too little. */
  label?: string;
  /** More words it can be found by. */
  also?: string;
  /** The key of one of several, where each has its own. */
  keys?: Pick<Keys, "key">;
  run: () => void;
};

export type Action = {
  /** One action has one name, whoever offers it. */
  name: string;
  id: ActionId;
  group: ActionGroup;
  label: string;
  also: string;
  keys?: Keys;
  run: () => void;
};

type Offered = { actions: Record<string, Action> };

/** What can be done right now: each view offers its own while it is shown. */
export const useOffered = create<Offered>(() => ({ actions: {} }));

/** What an action is called when nobody offers it. */
export const labelOf = (id: ActionId) => t(`actions.${id}`);

/** Offers an action while the component is shown and `enabled`: by its shortcut, in the palette, and on the sheet of shortcuts. */
export function useAction(action: Wanted, { enabled = true } = {}) {
  useLanguage();
  const newest = useRef(action);
  newest.current = action;
  const { id, which, label = labelOf(id), also = "" } = action;
  const own = action.keys?.key;
  useEffect(() => {
    if (!enabled) return;
    const name = which === undefined ? id : `${id} ${which}`;
    const offered: Action = { name, id, label, also, ...entryOf(id), run: () => newest.current.run() };
    if (own !== undefined) offered.keys = { key: own };
    useOffered.setState(({ actions }) => ({ actions: { ...actions, [name]: offered } }));
    return () =>
      useOffered.setState(({ actions }) => {
        // Somebody else may offer it by now.
        if (actions[name] !== offered) return { actions };
        const { [name]: _, ...rest } = actions;
        return { actions: rest };
      });
  }, [id, which, label, also, own, enabled]);
}

/** Carries out shortcuts. Plain letters do nothing while something is being typed. Once per window. */
export function useShortcuts() {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.repeat || event.altKey || event.defaultPrevented) return;
      const [mod, other] = isMac ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
      if (other) return;
      const meant = Object.values(useOffered.getState().actions).find((action) => fits(action.keys, event, mod));
      if (!meant) return;
      // What is asked on top comes first: a key must not reach what lies below it.
      if (document.querySelector("[role=dialog], [role=alertdialog], [role=menu]")) return;
      const typing = (event.target as HTMLElement | null)?.closest("input, textarea, select, [contenteditable]");
      if (!mod && typing) return;
      event.preventDefault();
      meant.run();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

function fits(keys: Keys | undefined, event: KeyboardEvent, mod: boolean): boolean {
  if (keys?.key.toLowerCase() !== event.key.toLowerCase() || (keys.mod ?? false) !== mod) return false;
  // Signs and digits lie elsewhere in other layouts: with or without Shift, the sign counts.
  return /^[^a-z]$/i.test(keys.key) || (keys.shift ?? false) === event.shiftKey;
}

const SIGNS: Record<string, string> = { enter: "↵", arrowup: "↑", arrowdown: "↓" };

/** Keys that are called something else in each language. */
const CALLED = {
  " ": "keys.space",
  escape: "keys.escape",
  pagedown: "keys.pageDown",
  pageup: "keys.pageUp",
} as const;

function keyName(key: string): string {
  const name = key.toLowerCase();
  if (name in CALLED) return t(CALLED[name as keyof typeof CALLED]);
  return SIGNS[name] ?? (key.length === 1 ? key.toUpperCase() : key);
}

/** The shortcut as it is written on this machine, key by key: "Ctrl", "K". */
export function keyList({ key, mod, shift }: Keys): string[] {
  const held = [mod && (isMac ? "⌘" : t("keys.mod")), shift && (isMac ? "⇧" : t("keys.shift"))];
  return [...held, keyName(key)].filter((each) => typeof each === "string");
}

/** The same in one: "Ctrl K", "⌘ K", "Strg K". */
export const keyNames = (keys: Keys) => keyList(keys).join(" ");

/** The shortcut of an action as a screen reader is told of it. */
export function ariaKeys(id: ActionId): string | undefined {
  const { keys } = entryOf(id);
  if (!keys) return undefined;
  return [keys.mod && (isMac ? "Meta" : "Control"), keys.shift && "Shift", keys.key].filter(Boolean).join("+");
}
