import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queries, type Settings, type Theme } from "../../backend";
import { useDesk, useListFolded, useRailFolded } from "../../desk";
import { useAction } from "../../shared/actions";
import { lazily } from "../../shared/lazily";
import { Notice, sentence } from "../../shared/Notice";
import { t } from "../../words";
import { inOrder } from "../builds/groups";
import { saveSettings } from "../settings/save";
import { usePalette } from "./open";

const Palette = lazily(() => import("./Palette").then(({ Palette }) => Palette));
const ShortcutsSheet = lazily(() => import("./ShortcutsSheet").then(({ ShortcutsSheet }) => ShortcutsSheet));

/** What can be done wherever in the window the person is. */
export function WindowActions() {
  const settings = useQuery(queries.settings()).data;
  const { open, used, show, close } = usePalette();
  const [trouble, setTrouble] = useState<string | null>(null);
  const desk = useDesk();
  const listFolded = useListFolded();
  const railFolded = useRailFolded();
  const change = (part: Partial<Settings>) => void saveSettings(part).catch((failure) => setTrouble(sentence(failure)));

  useAction({ id: "palette", run: () => show("palette") });
  useAction({ id: "shortcuts", run: () => show("sheet") });
  useAction({ id: "new", run: () => desk.go({ view: "new" }) });
  useAction({ id: "settings", run: () => desk.go({ view: "settings" }) });
  useAction({ id: "statistics", run: () => desk.go({ view: "statistics" }) });
  useAction({
    id: "connect_model",
    run: () => desk.go({ view: "settings", section: "models", connecting: { forBuild: null } }),
  });
  useAction({ id: "search", also: t("search.also"), run: () => desk.search(true) });
  useAction({ id: "gallery", run: () => desk.go({ view: "gallery" }) });
  useAction({
    id: "fold_list",
    label: t(listFolded ? "builds.show" : "builds.hide"),
    run: () => desk.foldList(!listFolded),
  });
  useAction(
    {
      id: "fold_rail",
      label: t(railFolded ? "head.showRail" : "head.hideRail"),
      run: () => desk.foldRail(!railFolded),
    },
    { enabled: desk.place.view === "build" },
  );
  const theme = (id: "theme_light" | "theme_dark" | "theme_system", to: Theme) =>
    [
      { id, also: t("actions.theme_also"), run: () => change({ theme: to }) },
      { enabled: settings !== undefined && settings.theme !== to },
    ] as const;
  useAction(...theme("theme_light", "light"));
  useAction(...theme("theme_dark", "dark"));
  useAction(...theme("theme_system", "system"));
  const contrast = settings?.high_contrast ?? false;
  useAction(
    {
      id: "contrast",
      label: t(contrast ? "actions.contrast_usual" : "actions.contrast"),
      also: t("actions.theme_also"),
      run: () => change({ high_contrast: !contrast }),
    },
    { enabled: settings !== undefined },
  );
  const aloud = settings?.voice.read_aloud ?? false;
  useAction(
    {
      id: "read_aloud",
      label: t(aloud ? "actions.read_aloud_stop" : "actions.read_aloud"),
      run: () => settings && change({ voice: { ...settings.voice, read_aloud: !aloud } }),
    },
    { enabled: settings !== undefined },
  );
  useNeighbours();

  return (
    <>
      {trouble && (
        <div className="p-3 pb-0">
          <Notice onDismiss={() => setTrouble(null)}>{trouble}</Notice>
        </div>
      )}
      {used && (
        <>
          <Palette open={open === "palette"} onClose={close} />
          <ShortcutsSheet open={open === "sheet"} onClose={close} />
        </>
      )}
    </>
  );
}

/** The builds beside the open one, as the list shows them, and the next one that waits for the person. */
function useNeighbours() {
  const builds = inOrder(
    useQuery(queries.builds()).data ?? [],
    useDesk((desk) => desk.grouping),
  );
  const place = useDesk((desk) => desk.place);
  const openBuild = useDesk((desk) => desk.openBuild);
  const here = place.view === "build" ? builds.findIndex((build) => build.workflow_id === place.id) : -1;
  const step = (by: number) => {
    // From a page that is no build: to the first, or to the last.
    const from = here < 0 && by < 0 ? 0 : here;
    const next = builds.at((from + by) % builds.length);
    if (next) openBuild(next.workflow_id);
  };
  const others = builds.length > (here < 0 ? 0 : 1);
  useAction({ id: "next_build", run: () => step(1) }, { enabled: others });
  useAction({ id: "previous_build", run: () => step(-1) }, { enabled: others });
  const waiting = builds.filter((build) => build.group === "waiting");
  const at = waiting.findIndex((build) => place.view === "build" && build.workflow_id === place.id);
  const next = waiting[(at + 1) % waiting.length];
  useAction(
    { id: "next_waiting", run: () => next && openBuild(next.workflow_id) },
    { enabled: next !== undefined && waiting[at] !== next },
  );
}
