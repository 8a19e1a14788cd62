import { useCallback, useState } from "react";

const NONE: ReadonlySet<string> = new Set();

/** Which folds over what was taken back are open. */
export function useFolds(): [ReadonlySet<string>, (key: string, open: boolean) => void] {
  const [open, setOpen] = useState(NONE);
  const fold = useCallback((key: string, toOpen: boolean) => {
    setOpen((before) => {
      if (before.has(key) === toOpen) return before;
      const next = new Set(before);
      if (toOpen) next.add(key);
      else next.delete(key);
      return next;
    });
  }, []);
  return [open, fold];
}
