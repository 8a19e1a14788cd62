import { useSyncExternalStore } from "react";
import { create } from "zustand";

export type Tab = "conversation" | "plan" | "work" | "changes" | "tests" | "checks" | "release" | "timeline";

export type SettingsSection =
  | "models"
  | "approvals"
  | "limits"
  | "voice"
  | "appearance"
  | "desktop"
  | "data"
  | "general";

export type Place =
  | { view: "new" }
  | { view: "settings"; section?: SettingsSection; connecting?: Connecting }
  | { view: "gallery" }
  | { view: "statistics" }
  | { view: "trash" }
  | { view: "build"; id: string; tab: Tab };

/** A model is being connected, and maybe it is one build that waits for it. */
export type Connecting = { forBuild: string | null };

/** What the builds of the list stand together by. */
export type Grouping = "waiting" | "project";

type Desk = {
  place: Place;
  /** As the person left it; null: as the window's width asks. */
  listFolded: boolean | null;
  railFolded: boolean | null;
  grouping: Grouping;
  /** The list of builds is searched: it is shown while it is, however it was folded. */
  searching: boolean;
  /** What it is searched for at first. */
  searchText: string;
  /** A message that the open conversation is to lead to. Who has scrolled there and marked it sets this to null. */
  sought: { messageId: string } | null;
  go: (place: Place) => void;
  openBuild: (id: string, tab?: Tab) => void;
  foldList: (folded: boolean) => void;
  foldRail: (folded: boolean) => void;
  group: (grouping: Grouping) => void;
  search: (searching: boolean, text?: string) => void;
  /** Opens a build's conversation at a message. */
  seek: (id: string, messageId: string) => void;
};

/** Where in the window the person is. What builds are and do is Rust's to know. */
export const useDesk = create<Desk>((set) => ({
  place: { view: "new" },
  listFolded: null,
  railFolded: null,
  grouping: "waiting",
  searching: false,
  searchText: "",
  sought: null,
  go: (place) => set({ place, sought: null, ...uncovered() }),
  openBuild: (id, tab = "conversation") => set({ place: { view: "build", id, tab }, sought: null, ...uncovered() }),
  foldList: (listFolded) => set({ listFolded, searching: false }),
  foldRail: (railFolded) => set({ railFolded }),
  group: (grouping) => set({ grouping }),
  search: (searching, searchText = "") => set({ searching, searchText }),
  seek: (id, messageId) =>
    set({ place: { view: "build", id, tab: "conversation" }, sought: { messageId }, ...uncovered() }),
}));

/** Below this an open build needs the place of the list. */
const NARROW = "(max-width: 1099px)";
/** Below this one column is what fits: the others lie over it while they are wanted. Large type makes a window small, too. */
const SMALL = "(max-width: 799px)";

/** Where the columns lie over what was chosen in them, they go. */
function uncovered(): Partial<Desk> {
  if (window.matchMedia(SMALL).matches) return { listFolded: null, railFolded: null, searching: false };
  // Beside an open build the list was only lent to the search.
  return window.matchMedia(NARROW).matches ? { searching: false } : {};
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
  const { listFolded, place, searching } = useDesk();
  const narrow = useMedia(NARROW);
  const small = useMedia(SMALL);
  return !searching && (listFolded ?? (small || (narrow && place.view === "build")));
}

/** Whether the workflow is folded away, in the same way. */
export function useRailFolded(): boolean {
  const railFolded = useDesk((desk) => desk.railFolded);
  const small = useMedia(SMALL);
  return railFolded ?? small;
}
