import { create } from "zustand";

type Downloads = {
  /** Thousands of bytes that are here, of each model that is on its way. */
  here: Record<string, number>;
  at: (id: string, kb: number) => void;
  end: (id: string) => void;
};

/** How downloads go. They go on when the page that began them is left. */
export const useDownloads = create<Downloads>((set) => ({
  here: {},
  at: (id, kb) => set(({ here }) => ({ here: { ...here, [id]: kb } })),
  end: (id) =>
    set(({ here }) => {
      const { [id]: _, ...rest } = here;
      return { here: rest };
    }),
}));

/** "148 MB", as shops and browsers count: a million bytes. */
export function inMegabytes(kb: number): string {
  return `${Math.round(kb / 1_000)} MB`;
}
