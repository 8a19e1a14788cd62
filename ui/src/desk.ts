import { create } from "zustand";

export type Tab = "conversation" | "plan" | "work" | "changes" | "tests" | "checks" | "release" | "timeline";

export type Place = { view: "new" } | { view: "settings" } | { view: "build"; id: string; tab: Tab };

type Desk = {
  place: Place;
  listFolded: boolean;
  railFolded: boolean;
  go: (place: Place) => void;
  openBuild: (id: string, tab?: Tab) => void;
  fold: (what: "listFolded" | "railFolded") => void;
};

/** Where in the window the person is. What builds are and do is Rust's to know. */
export const useDesk = create<Desk>((set) => ({
  place: { view: "new" },
  listFolded: false,
  railFolded: false,
  go: (place) => set({ place }),
  openBuild: (id, tab = "conversation") => set({ place: { view: "build", id, tab } }),
  fold: (what) => set((desk) => ({ [what]: !desk[what] })),
}));
