import { create } from "zustand";
import { numbers } from "../../words";

type Downloads = {
  /** Thousands of bytes that are here, of each model that is on its way. */
  here: Record<string, number>;
  /** Why the last attempt ended, where it should not have. */
  problems: Record<string, string>;
  at: (id: string, kb: number) => void;
  end: (id: string, problem: string | null) => void;
};

/** How downloads go. They go on when the page that began them is left. */
export const useDownloads = create<Downloads>((set) => ({
  here: {},
  problems: {},
  at: (id, kb) => set(({ here, problems: { [id]: _, ...problems } }) => ({ here: { ...here, [id]: kb }, problems })),
  end: (id, problem) =>
    set(({ here: { [id]: _, ...here }, problems }) => ({
      here,
      problems: problem === null ? problems : { ...problems, [id]: problem },
    })),
}));

/** "148 MB", as shops and browsers count: a million bytes. */
export function inMegabytes(kb: number): string {
  return numbers({ style: "unit", unit: "megabyte", maximumFractionDigits: 0 }).format(kb / 1_000);
}
