import { useEffect } from "react";

const isMac = navigator.platform.startsWith("Mac");

/** How the shortcut is written on this machine. */
export const MOD = isMac ? "⌘" : "Ctrl";

/** Undo and redo in every field: WebKitGTK knows no keys for them. On a Mac the menu has them. */
export function useUndoKeys() {
  useEffect(() => {
    if (isMac) return;
    const onKey = (event: KeyboardEvent) => {
      const key = event.key.toLowerCase();
      if (!event.ctrlKey || event.altKey || event.metaKey || (key !== "z" && key !== "y")) return;
      if (!(event.target as HTMLElement | null)?.closest("input, textarea")) return;
      event.preventDefault();
      document.execCommand?.(key === "y" || event.shiftKey ? "redo" : "undo");
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
}

/** Calls `act` on a key. Plain letters do nothing while something is being typed. */
export function useKey(key: string, act: () => void, { mod = false, enabled = true } = {}) {
  useEffect(() => {
    if (!enabled) return;
    const onKey = (event: KeyboardEvent) => {
      const [wanted, other] = isMac ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
      if (event.key.toLowerCase() !== key.toLowerCase() || wanted !== mod || other || event.altKey || event.repeat)
        return;
      // What is asked on top comes first: a key must not reach what lies below it.
      if (document.querySelector("[role=dialog], [role=alertdialog], [role=menu]")) return;
      const typing = (event.target as HTMLElement | null)?.closest("input, textarea, select");
      if (!mod && typing) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [key, act, mod, enabled]);
}
