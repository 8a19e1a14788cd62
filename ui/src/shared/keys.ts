import { useEffect } from "react";

const isMac = navigator.platform.startsWith("Mac");

/** How the shortcut is written on this machine. */
export const MOD = isMac ? "⌘" : "Ctrl";

/** Calls `act` on a key. Plain letters do nothing while something is being typed. */
export function useKey(key: string, act: () => void, { mod = false, enabled = true } = {}) {
  useEffect(() => {
    if (!enabled) return;
    const onKey = (event: KeyboardEvent) => {
      const typing = (event.target as HTMLElement | null)?.closest("input, textarea, select, [role=dialog]");
      const modifier = isMac ? event.metaKey : event.ctrlKey;
      if (event.key.toLowerCase() !== key.toLowerCase() || modifier !== mod || event.altKey) return;
      if (!mod && typing) return;
      event.preventDefault();
      act();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [key, act, mod, enabled]);
}
