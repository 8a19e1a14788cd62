import { create } from "zustand";
import type { Target } from "./dictation";

type Shown = {
  /** Fields that are on the page and can be spoken into, the newest last. */
  targets: Target[];
  appear: (target: Target) => void;
  vanish: (key: string) => void;
};

export const useShown = create<Shown>((set) => ({
  targets: [],
  appear: (target) =>
    set(({ targets }) => ({ targets: [...targets.filter((each) => each.key !== target.key), target] })),
  vanish: (key) => set(({ targets }) => ({ targets: targets.filter((each) => each.key !== key) })),
}));
