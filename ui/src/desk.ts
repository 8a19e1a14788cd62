import { useSyncExternalStore } from "react";
import { create } from "zustand";

export type Tab = "conversation" | "plan" | "work" | "changes" | "tests" | "checks" | "release" | "timeline";

export type SettingsSection = "models" | "approvals" | "limits" | "voice" | "appearance" | "general";

export type Place =
  | { view: "new" }
  | { view: "settings"; section?: SettingsSection }
  | { view: "gallery" }
  | { view: "statistics" }
  | { view: "build"; id: string; tab: Tab };

type Desk = {
  place: Place;
  /** As the person left it; null: as the window's width asks. */
  listFolded: boolean | null;
  railFolded: boolean | null;
  go: (place: Place) => void;
  openBuild: (id: string, tab?: Tab) => void;
  foldList: (folded: boolean) => void;
  foldRail: (folded: boolean) => void;
};

/** Where in the window the person is. What builds are and do is Rust's to know. */
export const useDesk = create<Desk>((set) => ({
  place: { view: "new" },
  listFolded: null,
  railFolded: null,
  go: (place) => set({ place, ...uncovered() }),
  openBuild: (id, tab = "conversation") => set({ place: { view: "build", id, tab }, ...uncovered() }),
  foldList: (listFolded) => set({ listFolded }),
  foldRail: (railFolded) => set({ railFolded }),
}));

/** Below this an open build needs the place of the list. */
const NARROW = "(max-width: 1099px)";
/** Below this one column is what fits: the others lie over it while they are wanted. Large type makes a window small, too. */
const SMALL = "(max-width: 799px)";

/** Where the columns lie over what was chosen in them, they go. */
function uncovered(): Partial<Desk> {
  return window.matchMedia(SMALL).matches ? { listFolded: null, railFolded: null } : {};
}

function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const media = window.matchMedia(query);
      media.addEventListener("change", changed);
      return () => media.removeEventListener("change", changed);
    },
    () => window.matchMedia(query).matches,
  );
}

/** Whether the list of builds is folded away: as the person left it, else as the window's width asks. */
export function useListFolded(): boolean {
  const { listFolded, place } = useDesk();
  const narrow = useMedia(NARROW);
  const small = useMedia(SMALL);
  return listFolded ?? (small || (narrow && place.view === "build"));
}

/** Whether the workflow is folded away, in the same way. */
export function useRailFolded(): boolean {
  const railFolded = useDesk((desk) => desk.railFolded);
  const small = useMedia(SMALL);
  return railFolded ?? small;
}
