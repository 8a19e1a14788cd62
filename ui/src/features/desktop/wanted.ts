import { useEffect } from "react";
import { create } from "zustand";
import { call, commands, onAskedFor } from "../../backend";
import { useDesk } from "../../desk";

/** What came from outside the window and belongs to a view that takes it when it is shown. */
type Outside = {
  /** Why a link led nowhere. */
  sentence: string | null;
  /** Where the next build is to be built. */
  folder: string | null;
};

export const useOutside = create<Outside>(() => ({ sentence: null, folder: null }));

/** Goes where a notification, the tray, a menu or a link asks. */
export function useWanted() {
  useEffect(() => {
    const listening = onAskedFor(() => void follow());
    // The program may have been started by it.
    void follow();
    return () => void listening.then((end) => end());
  }, []);
}

async function follow() {
  const wanted = await call(commands.takeWanted()).catch(() => null);
  if (!wanted) return;
  const { go, openBuild } = useDesk.getState();
  useOutside.setState({ sentence: wanted.kind === "nothing" ? wanted.sentence : null });
  switch (wanted.kind) {
    case "build":
      return openBuild(wanted.workflow_id, wanted.view);
    case "new_build":
      return go({ view: "new" });
    case "settings":
      return go({ view: "settings" });
    case "folder":
      useOutside.setState({ folder: wanted.path });
      return go({ view: "new" });
    case "nothing":
      return;
  }
}
