import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useRef } from "react";
import { call, client, commands, listen, queries } from "./backend";
import { type Place, useDesk, useListFolded } from "./desk";
import { BuildsList } from "./features/builds/BuildsList";
import { FirstPage } from "./features/builds/FirstPage";
import { BackupTrouble } from "./features/data/BackupTrouble";
import { useAppearance } from "./features/settings/useAppearance";
import { DictationElsewhere } from "./features/voice/DictationNotice";
import { FirstUse } from "./features/voice/FirstUse";
import { useVoiceKeys } from "./features/voice/useVoiceKeys";
import { useAction, useShortcuts } from "./shared/actions";
import { Button } from "./shared/Button";
import { Done } from "./shared/Done";
import { useWholeText } from "./shared/ellipsis";
import { useUndoKeys } from "./shared/keys";
import { Notice } from "./shared/Notice";
import { t } from "./words";

// The first screen is one composer: what else there is, is loaded when it is opened.
const BuildPage = lazy(() => import("./features/builds/BuildPage").then(({ BuildPage }) => ({ default: BuildPage })));
const SettingsPage = lazy(() =>
  import("./features/settings/SettingsPage").then(({ SettingsPage }) => ({ default: SettingsPage })),
);
const TrashPage = lazy(() => import("./features/data/TrashPage").then(({ TrashPage }) => ({ default: TrashPage })));
const Rescue = lazy(() => import("./features/data/Rescue").then(({ Rescue }) => ({ default: Rescue })));
const GalleryPage = lazy(() =>
  import("./features/gallery/GalleryPage").then(({ GalleryPage }) => ({ default: GalleryPage })),
);

export function App() {
  const status = useQuery(queries.status());
  const place = useDesk((desk) => desk.place);
  const go = useDesk((desk) => desk.go);
  const search = useDesk((desk) => desk.search);
  const listFolded = useListFolded();
  useAppearance();
  useAction({
    id: "gallery",
    group: "window",
    label: t("gallery.title"),
    run: () => go({ view: "gallery" }),
  });
  useMemory();
  useUndoKeys();
  useVoiceKeys();
  usePlainMenu();
  useWholeText();
  useEffect(() => {
    const listening = listen();
    return () => void listening.then((end) => end());
  }, []);
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
  useAction({ id: "new", group: "go", label: t("newBuild"), keys: { key: "n" }, run: () => go({ view: "new" }) });
  useAction({
    id: "settings",
    group: "go",
    label: t("settings"),
    keys: { key: ",", mod: true },
    run: () => go({ view: "settings" }),
  });
  useAction({
    id: "search",
    group: "go",
    label: t("search.everywhere"),
    also: t("search.also"),
    keys: { key: "f", mod: true, shift: true },
    run: () => search(true),
  });

  const problem = status.data?.store_problem;
  if (problem) {
    return (
      <main className="flex h-full flex-col items-center justify-center gap-4 p-8">
        <h1 className="text-big font-semibold">{t("problem.store")}</h1>
        <div className="max-w-[560px]">
          <Notice>{problem.message}</Notice>
        </div>
        <Button kind="primary" data-testid="open-again" onClick={() => void openAgain()}>
          {t("problem.again")}
        </Button>
        <Suspense>
          <Rescue />
        </Suspense>
      </main>
    );
  }
  return (
    <div className="flex h-full">
      {!listFolded && <BuildsList />}
      <div className="flex min-w-0 flex-1 flex-col">
        {status.data?.missing_tools.map((sentence) => (
          <div key={sentence} className="p-3 pb-0">
            <Notice>{sentence}</Notice>
          </div>
        ))}
        <BackupTrouble />
        <DictationElsewhere />
        <Room place={place} />
      </div>
      <FirstUse />
      <Done />
    </div>
  );
}

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
  if (place.view === "new") return <FirstPage />;
  return (
    <Suspense fallback={<div className="flex-1" aria-busy="true" />}>
      {place.view === "settings" && <SettingsPage section={place.section} />}
      {place.view === "gallery" && <GalleryPage />}
      {place.view === "trash" && <TrashPage />}
      {place.view === "build" && <BuildPage key={place.id} id={place.id} tab={place.tab} />}
    </Suspense>
  );
}

/** The window opens where it was closed. */
function useMemory() {
  const restored = useRef(false);
  useEffect(() => {
    void call(commands.loadDraft("layout"))
      .then((text) => {
        if (text) useDesk.setState(JSON.parse(text) as object);
      })
      .catch(() => undefined)
      .finally(() => {
        restored.current = true;
      });
    return useDesk.subscribe(({ place, listFolded, railFolded, grouping }) => {
      if (!restored.current) return;
      const layout = JSON.stringify({ place, listFolded, railFolded, grouping });
      void call(commands.saveDraft("layout", layout)).catch(() => undefined);
    });
  }, []);
}
