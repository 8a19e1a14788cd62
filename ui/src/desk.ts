import { useSyncExternalStore } from "react";
import { create } from "zustand";

export type Tab = "conversation" | "plan" | "work" | "changes" | "tests" | "checks" | "release" | "timeline";

export type Place = { view: "new" } | { view: "settings" } | { view: "build"; id: string; tab: Tab };

type Desk = {
  place: Place;
  /** As the person left it; null: as the window's width asks. */
  listFolded: boolean | null;
  railFolded: boolean;
  /** A message that the open conversation is to lead to. Who has scrolled there and marked it sets this to null. */
  sought: { messageId: string } | null;
  go: (place: Place) => void;
  openBuild: (id: string, tab?: Tab) => void;
  foldList: (folded: boolean) => void;
  foldRail: (folded: boolean) => void;
  /** Opens a build's conversation at a message. */
  seek: (id: string, messageId: string) => void;
};

/** Where in the window the person is. What builds are and do is Rust's to know. */
export const useDesk = create<Desk>((set) => ({
  place: { view: "new" },
  listFolded: null,
  railFolded: false,
  sought: null,
  go: (place) => set({ place, sought: null }),
  openBuild: (id, tab = "conversation") => set({ place: { view: "build", id, tab }, sought: null }),
  foldList: (listFolded) => set({ listFolded }),
  foldRail: (railFolded) => set({ railFolded }),
  seek: (id, messageId) => set({ place: { view: "build", id, tab: "conversation" }, sought: { messageId } }),
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
