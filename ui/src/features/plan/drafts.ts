import { useQuery } from "@tanstack/react-query";
import { createContext, useEffect, useMemo, useRef } from "react";
import { queries } from "../../backend";
import { changeDraft } from "../../shared/useDraft";

type Kept = Record<string, string>;

/** Texts of the plan that are being typed and are not saved: kept, so that a crash takes none of them. */
export type PlanDrafts = {
  /** What was left from before, by the name of its field; none until it is known. */
  left: Kept | undefined;
  keep: (field: string, text: string | null) => void;
};

export const Drafts = createContext<PlanDrafts>({ left: undefined, keep: () => undefined });

const PAUSE = 300;

function read(text: string): Kept {
  try {
    return JSON.parse(text || "{}") as Kept;
  } catch {
    return {};
  }
}

export function usePlanDrafts(id: string): PlanDrafts {
  const key = `plan-${id}`;
  const kept = useQuery({ ...queries.draft(key), gcTime: 0 });
  const typed = useRef<Kept>({});
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const left = useMemo(() => (kept.data === undefined ? undefined : read(kept.data)), [kept.data]);
  const drafts = useMemo(() => {
    const write = () => void changeDraft(key, () => JSON.stringify(typed.current)).catch(() => undefined);
    return {
      left,
      keep: (field: string, text: string | null) => {
        const { [field]: _, ...rest } = typed.current;
        typed.current = text === null ? rest : { ...rest, [field]: text };
        clearTimeout(timer.current);
        timer.current = setTimeout(write, PAUSE);
      },
    };
  }, [key, left]);
  useEffect(
    () => () => {
      // Whoever goes away in the middle of a word finds it again.
      if (timer.current === undefined) return;
      clearTimeout(timer.current);
      void changeDraft(key, () => JSON.stringify(typed.current)).catch(() => undefined);
    },
    [key],
  );
  return drafts;
}
