import { useSyncExternalStore } from "react";
import { create } from "zustand";

export type Tab = "conversation" | "plan" | "work" | "changes" | "tests" | "checks" | "release" | "timeline";

export type SettingsSection = "models" | "roles" | "approvals" | "limits" | "voice" | "appearance" | "general";

export type Place =
  | { view: "new" }
  | { view: "settings"; section?: SettingsSection }
  | { view: "gallery" }
  | { view: "build"; id: string; tab: Tab };

/** What the builds of the list stand together by. */
export type Grouping = "waiting" | "project";

type Desk = {
  place: Place;
  /** As the person left it; null: as the window's width asks. */
  listFolded: boolean | null;
  railFolded: boolean;
  grouping: Grouping;
  /** The list of builds is searched: it is shown while it is, however it was folded. */
  searching: boolean;
  /** A message that the open conversation is to lead to. Who has scrolled there and marked it sets this to null. */
  sought: { messageId: string } | null;
  go: (place: Place) => void;
  openBuild: (id: string, tab?: Tab) => void;
  foldList: (folded: boolean) => void;
  foldRail: (folded: boolean) => void;
  group: (grouping: Grouping) => void;
  search: (searching: boolean) => void;
  /** Opens a build's conversation at a message. */
  seek: (id: string, messageId: string) => void;
};

/** Where in the window the person is. What builds are and do is Rust's to know. */
export const useDesk = create<Desk>((set) => ({
  place: { view: "new" },
  listFolded: null,
  railFolded: false,
  grouping: "waiting",
  searching: false,
  sought: null,
  go: (place) => set({ place, sought: null }),
  openBuild: (id, tab = "conversation") => set({ place: { view: "build", id, tab }, sought: null }),
  foldList: (listFolded) => set({ listFolded, searching: false }),
  foldRail: (railFolded) => set({ railFolded }),
  group: (grouping) => set({ grouping }),
  search: (searching) => set({ searching }),
  seek: (id, messageId) => set({ place: { view: "build", id, tab: "conversation" }, sought: { messageId } }),
}));

const NARROW = "(max-width: 1099px)";

/** Whether list, build and rail have little room beside one another. */
export const isNarrow = () => window.matchMedia(NARROW).matches;

/** Whether the list of builds is folded away. In a narrow window an open build needs its place, unless the person wants the list. */
export function useListFolded(): boolean {
  const { listFolded, place, searching } = useDesk();
  const narrow = useSyncExternalStore((changed) => {
    const query = window.matchMedia(NARROW);
    query.addEventListener("change", changed);
    return () => query.removeEventListener("change", changed);
  }, isNarrow);
  return !searching && (listFolded ?? (narrow && place.view === "build"));
}
