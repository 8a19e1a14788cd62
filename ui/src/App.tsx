import { usePrefetchQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { call, client, commands, queries } from "./backend";
import { type Place, type Tab, useDesk, useListFolded } from "./desk";
import { BuildsList, LIST_PLACE } from "./features/builds/BuildsList";
import { FirstPage } from "./features/builds/FirstPage";
import { BackupTrouble } from "./features/data/BackupTrouble";
import { LedNowhere } from "./features/desktop/LedNowhere";
import { useWanted } from "./features/desktop/wanted";
import { WindowActions } from "./features/palette/WindowActions";
import { useAppearance } from "./features/settings/useAppearance";
import { DictationElsewhere } from "./features/voice/DictationNotice";
import { useDictation } from "./features/voice/dictation";
import { useVoiceKeys } from "./features/voice/useVoiceKeys";
import { LAYOUT } from "./opening";
import { BuildPage, FirstUse, GalleryPage, Rescue, SettingsPage, StatisticsPage, Tips, TrashPage } from "./pages";
import { useShortcuts } from "./shared/actions";
import { Button } from "./shared/Button";
import { Done } from "./shared/Done";
import { useWholeText } from "./shared/ellipsis";
import { useUndoKeys } from "./shared/keys";
import { useTheirLanguage } from "./shared/language";
import { Notice } from "./shared/Notice";
import { told } from "./shared/told";
import { t } from "./words";

export function App() {
  const status = useQuery(queries.status());
  const place = useDesk((desk) => desk.place);
  const listFolded = useListFolded();
  const settingVoiceUp = useDictation((dictation) => dictation.setUp !== null);
  useTheirLanguage();
  useAppearance();
  useWanted();
  useMemory();
  useUndoKeys();
  useVoiceKeys();
  usePlainMenu();
  useWholeText();
  useEffect(() => {
    // A file that is dropped beside a field must not take the window's place.
    const stay = (event: DragEvent) => event.preventDefault();
    window.addEventListener("dragover", stay);
    window.addEventListener("drop", stay);
    return () => {
      window.removeEventListener("dragover", stay);
      window.removeEventListener("drop", stay);
    };
  }, []);
  useShortcuts();
  const { begun, opened } = useOpening();

  const problem = status.data?.store_problem;
  if (problem) {
    return (
      <main className="flex h-full flex-col items-center justify-center gap-4 p-8">
        <h1 className="text-big font-semibold">{t("problem.store")}</h1>
        <div className="max-w-[560px]">
          <Notice>{told(problem) ?? problem.message}</Notice>
        </div>
        <Button kind="primary" data-testid="open-again" onClick={() => void openAgain()}>
          {t("problem.again")}
        </Button>
        <Rescue />
      </main>
    );
  }
  return (
    <div className="flex h-full">
      {!listFolded && (begun ? <BuildsList /> : <div className={LIST_PLACE} />)}
      <div className="flex min-w-0 flex-1 flex-col">
        {status.data?.missing_tools.map((tool) => (
          <div key={tool} className="p-3 pb-0">
            <Notice>{t(`problem.missing_${tool}`)}</Notice>
          </div>
        ))}
        {begun && (
          <>
            <LedNowhere />
            <BackupTrouble />
            <WindowActions />
            <DictationElsewhere />
          </>
        )}
        <Room place={place} />
        {begun && <Done />}
      </div>
      {settingVoiceUp && <FirstUse />}
      {opened && <Tips />}
    </div>
  );
}

/**
 * How far the window has opened. The field for the next idea comes first; what stands around it has its place, and follows before anything
 * is painted. What nobody needs for the first picture comes when it is there.
 */
function useOpening(): { begun: boolean; opened: boolean } {
  const [begun, setBegun] = useState(false);
  const [opened, setOpened] = useState(false);
  useEffect(() => {
    setBegun(true);
    const later = setTimeout(() => setOpened(true), OPENED_MS);
    return () => clearTimeout(later);
  }, []);
  return { begun, opened };
}

const OPENED_MS = 400;

/** The menu of a browser belongs to words: anywhere else it would load the page anew. */
function usePlainMenu() {
  useEffect(() => {
    const onMenu = (event: MouseEvent) => {
      const words = (event.target as HTMLElement | null)?.closest("input, textarea");
      if (!words && window.getSelection()?.isCollapsed !== false) event.preventDefault();
    };
    window.addEventListener("contextmenu", onMenu);
    return () => window.removeEventListener("contextmenu", onMenu);
  }, []);
}

/** What stood in the way may be gone: the data is opened anew. */
async function openAgain() {
  client.setQueryData(queries.status().queryKey, await call(commands.openAgain()));
  await client.invalidateQueries();
}

function Room({ place }: { place: Place }) {
  switch (place.view) {
    case "new":
      return <FirstPage />;
    case "settings":
      return <SettingsPage section={place.section} connecting={place.connecting} />;
    case "gallery":
      return <GalleryPage />;
    case "statistics":
      return <StatisticsPage />;
    case "trash":
      return <TrashPage />;
    case "build":
      return <Build key={place.id} id={place.id} tab={place.tab} />;
  }
}

function Build({ id, tab }: { id: string; tab: Tab }) {
  // Both are asked for at once, while the page is loaded and before anything is drawn.
  usePrefetchQuery(queries.build(id));
  usePrefetchQuery(queries.conversation(id));
  return <BuildPage id={id} tab={tab} />;
}

/** Where the person is in the window is kept, so that it opens there. */
function useMemory() {
  useEffect(
    () =>
      useDesk.subscribe(({ place, listFolded, railFolded, grouping }) => {
        const layout = JSON.stringify({ place, listFolded, railFolded, grouping });
        void call(commands.saveDraft(LAYOUT, layout)).catch(() => undefined);
      }),
    [],
  );
}
