import { useEffect, useRef } from "react";
import { create } from "zustand";
import { t } from "../words";
import { isMac } from "./keys";

/** A shortcut: a key by the name that `KeyboardEvent.key` gives it, with Ctrl (on a Mac ⌘) or Shift where they belong to it. */
export type Keys = { key: string; mod?: boolean; shift?: boolean };

/** Where an action stands in the palette and on the sheet of shortcuts. */
export type ActionGroup = "decide" | "build" | "go" | "window";

export type Action = {
  /** One action has one id, whoever offers it. */
  id: string;
  group: ActionGroup;
  /** What it does, as a verb. */
  label: string;
  /** More words it can be found by. */
  also?: string;
  keys?: Keys;
  run: () => void;
};

type Offered = { actions: Record<string, Action> };

/** What can be done right now: each view offers its own while it is shown. */
export const useOffered = create<Offered>(() => ({ actions: {} }));

/** Offers an action while the component is shown and `enabled`: by its shortcut, in the palette, and on the sheet of shortcuts. */
export function useAction(action: Action, { enabled = true } = {}) {
  const newest = useRef(action);
  newest.current = action;
  const { id, group, label, also } = action;
  const { key, mod, shift } = action.keys ?? {};
  useEffect(() => {
    if (!enabled) return;
    const offered: Action = {
      id,
      group,
      label,
      ...(also === undefined ? {} : { also }),
      ...(key === undefined ? {} : { keys: { key, mod: mod ?? false, shift: shift ?? false } }),
      run: () => newest.current.run(),
    };
    useOffered.setState(({ actions }) => ({ actions: { ...actions, [id]: offered } }));
    return () =>
      useOffered.setState(({ actions }) => {
        // Somebody else may offer it by now.
        if (actions[id] !== offered) return { actions };
        const { [id]: _, ...rest } = actions;
        return { actions: rest };
      });
  }, [id, group, label, also, key, mod, shift, enabled]);
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
  // Signs such as "?" lie on other keys in other layouts: with or without Shift, the sign counts.
  return /^[^a-z0-9]$/i.test(keys.key) || (keys.shift ?? false) === event.shiftKey;
}

const SIGNS: Record<string, string> = { enter: "↵", arrowup: "↑", arrowdown: "↓" };

function keyName(key: string): string {
  if (key === " ") return t("keys.space");
  if (key.toLowerCase() === "escape") return t("keys.escape");
  return SIGNS[key.toLowerCase()] ?? (key.length === 1 ? key.toUpperCase() : key);
}

/** The shortcut as it is written on this machine: "Ctrl K", "⌘ K", "Strg K". */
export function keyNames({ key, mod, shift }: Keys): string {
  const held = [mod && (isMac ? "⌘" : t("keys.mod")), shift && (isMac ? "⇧" : t("keys.shift"))];
  return [...held, keyName(key)].filter(Boolean).join(" ");
}
