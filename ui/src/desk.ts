import { useSyncExternalStore } from "react";
import { create } from "zustand";
import type { SectionName } from "./features/settings/sections";

export type Tab = "conversation" | "plan" | "work" | "changes" | "tests" | "checks" | "release" | "timeline";

export type Place =
  | { view: "new" }
  | { view: "settings"; section?: SectionName }
  | { view: "statistics" }
  | { view: "build"; id: string; tab: Tab };

type Desk = {
  place: Place;
  /** As the person left it; null: as the window's width asks. */
  listFolded: boolean | null;
  railFolded: boolean;
  go: (place: Place) => void;
  openBuild: (id: string, tab?: Tab) => void;
  foldList: (folded: boolean) => void;
  foldRail: (folded: boolean) => void;
};

/** Where in the window the person is. What builds are and do is Rust's to know. */
export const useDesk = create<Desk>((set) => ({
  place: { view: "new" },
  listFolded: null,
  railFolded: false,
  go: (place) => set({ place }),
  openBuild: (id, tab = "conversation") => set({ place: { view: "build", id, tab } }),
  foldList: (listFolded) => set({ listFolded }),
  foldRail: (railFolded) => set({ railFolded }),
}));

const NARROW = "(max-width: 1099px)";

/** Whether the list of builds is folded away. In a narrow window an open build needs its place, unless the person wants the list. */
export function useListFolded(): boolean {
  const { listFolded, place } = useDesk();
  const narrow = useSyncExternalStore(
    (changed) => {
      const query = window.matchMedia(NARROW);
      query.addEventListener("change", changed);
      return () => query.removeEventListener("change", changed);
    },
    () => window.matchMedia(NARROW).matches,
  );
  return listFolded ?? (narrow && place.view === "build");
}
