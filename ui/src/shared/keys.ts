import { useEffect } from "react";

/** Whether this is a Mac, whose shortcuts are another key's. */
export const isMac = navigator.platform.startsWith("Mac");

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
