import { create } from "zustand";

type Shown = "palette" | "sheet";

type PaletteState = {
  open: Shown | null;
  /** It was wanted once: until then nothing of it is loaded. */
  used: boolean;
  show: (what: Shown) => void;
  close: () => void;
};

export const usePalette = create<PaletteState>((set) => ({
  open: null,
  used: false,
  show: (what) => set({ open: what, used: true }),
  close: () => set({ open: null }),
}));
