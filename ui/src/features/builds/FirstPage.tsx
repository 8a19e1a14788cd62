import { useQuery } from "@tanstack/react-query";
import { ChevronDown, CornerDownLeft } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { create } from "zustand";
import { call, client, commands, type ProjectChoice, queries, type Sample } from "../../backend";
import { useDesk } from "../../desk";
import { useAction } from "../../shared/actions";
import { Button } from "../../shared/Button";
import { tell } from "../../shared/Done";
import { Notice, sentence } from "../../shared/Notice";
import { TextArea } from "../../shared/TextArea";
import { changeDraft, useDraft } from "../../shared/useDraft";
import { said, t } from "../../words";
import { Attach, Chosen } from "../attachments/Files";
import { type Attached, useAttachments } from "../attachments/useAttachments";
import { useFolder } from "../desktop/useFolder";
import { DictationNotice } from "../voice/DictationNotice";
import { reconsider, remark, settled } from "../voice/dictation";
import { mark } from "../voice/lead";
import { Microphone } from "../voice/Microphone";
import { useDictatedField } from "../voice/useDictatedField";
import { PracticeLine } from "./PracticeLine";
import { ShowList } from "./ShowList";

const baseName = (path: string) => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;

/** The brief is about no build yet. */
const TARGET = { key: "brief", workflowId: null };

/** What is being started. Whoever leaves and comes back meanwhile finds it still underway: one click is one build. */
const useStarting = create(() => ({ starting: false }));

type Sent = Attached & { brief: string; folder: string | null };

/** Takes out of the page that is shown what has become a build; what came since stays. */
let takeOut: ((sent: Sent) => void) | null = null;

/** The same where no page is shown: out of what is kept. */
async function takeOutOfDrafts({ brief, folder, pictures, files }: Sent) {
  const sent = [
    ["brief", brief],
    ["folder", folder ?? ""],
    ["pictures-brief", JSON.stringify(pictures)],
    ["files-brief", JSON.stringify(files)],
  ] as const;
  for (const [key, text] of sent) await changeDraft(key, (kept) => (kept === text ? "" : kept));
}

export function FirstPage() {
  const status = useQuery(queries.status());
  const settings = useQuery(queries.settings());
  const [brief, setBrief, clearBrief, loaded] = useDraft("brief");
  const typed = useRef(brief);
  typed.current = brief;
  const chosen = useAttachments("brief");
  const [keptFolder, keepFolder, clearFolder] = useDraft("folder");
  const folder = keptFolder === "" ? null : keptFolder;
  const setFolder = (next: string | null) => (next === null ? clearFolder() : keepFolder(next));
  const onDrop = useFolder(setFolder);
  const [replaced, setReplaced] = useState<string | null>(null);
  const [sample, setSample] = useState<Sample | null>(null);
  const [error, setError] = useState<string | null>(null);
  const starting = useStarting((now) => now.starting);
  const setStarting = (starting: boolean) => useStarting.setState({ starting });
  const removing = useRef<(sent: Sent) => void>(() => undefined);
  removing.current = (sent) => {
    if (typed.current === sent.brief) clearBrief();
    if (folder === sent.folder) clearFolder();
    chosen.removeSent(sent);
  };
  useEffect(() => {
    takeOut = (sent) => removing.current(sent);
    return () => {
      takeOut = null;
    };
  }, []);

  const launch = async () => {
    const project: ProjectChoice = folder
      ? { kind: "folder", path: folder }
      : sample && sample.brief === brief
        ? { kind: "sample", sample_id: sample.id }
        : { kind: "new" };
    const { pictures, files } = chosen;
    const sent = { brief, folder, pictures, files };
    try {
      const images = pictures.map((picture) => picture.data);
      const build = await call(commands.startBuild(brief, project, images, files, crypto.randomUUID()));
      client.setQueryData(queries.build(build.summary.workflow_id).queryKey, build);
      if (takeOut) takeOut(sent);
      else await takeOutOfDrafts(sent);
      // Whoever went elsewhere meanwhile stays there: the list has it.
      const { place, openBuild } = useDesk.getState();
      if (place.view === "new") openBuild(build.summary.workflow_id);
    } catch (failure) {
      // What was typed stays; the next try is a new one.
      if (ref.current) setError(sentence(failure));
      else tell({ text: sentence(failure) });
    } finally {
      setStarting(false);
    }
  };

  const launching = useRef(launch);
  launching.current = launch;
  const start = async () => {
    if (useStarting.getState().starting || typed.current.trim() === "") return;
    setStarting(true);
    setError(null);
    // What was said last is part of it. Whoever went away or thought better of it meanwhile starts nothing.
    if ((await settled(TARGET.key)) && ref.current) await launching.current();
    else setStarting(false);
  };

  const { ref, onSpace } = useDictatedField({
    target: TARGET,
    // A voice starts nothing: it leads to the button.
    send: () => remark(t(mark("start") ? "voice.prepared_start" : "voice.nothingToDecide")),
    loaded,
  });

  useAction({ id: "compose", run: () => ref.current?.focus() });

  // From here on one can type: what opening takes is measured up to this mark.
  useLayoutEffect(() => {
    if (loaded) performance.mark("usable");
  }, [loaded]);

  return (
    <main className="flex min-h-0 flex-1 flex-col overflow-y-auto" onDrop={onDrop}>
      <ShowList className="m-3" />
      <div className="mx-auto my-auto flex w-full max-w-[728px] flex-col px-6 py-10">
        <h1 className="pb-5 text-center font-semibold text-big tracking-[-0.02em]">{t("first.question")}</h1>
        <div className="card lifted p-3.5 focus-within:border-third" {...chosen.field}>
          <Chosen {...chosen} />
          <TextArea
            ref={ref}
            autoFocus
            rows={3}
            data-testid="composer"
            aria-label={t("first.question")}
            placeholder={t("first.placeholder")}
            value={brief}
            onChange={(event) => {
              reconsider();
              setBrief(event.target.value);
            }}
            onKeyDown={(event) => {
              onSpace(event);
              if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
              event.preventDefault();
              void start();
            }}
            className="min-h-[66px] text-read"
          />
          <div className="flex items-center justify-end gap-2 pt-2">
            <span className="-ml-1.5 mr-auto flex min-w-0 items-center gap-1.5">
              <Attach add={chosen.add} />
              <Microphone target={TARGET} empty={brief === ""} />
            </span>
            <WhereMenu folder={folder} builds={settings.data?.builds_folder ?? ""} onChange={setFolder} />
            <Button
              kind="primary"
              data-testid="start-build"
              data-decision="start"
              disabled={starting || chosen.preparing || brief.trim() === ""}
              onClick={() => void start()}
            >
              {t("first.start")}
              <CornerDownLeft size={13} aria-hidden className="opacity-60" />
            </Button>
          </div>
        </div>
        <div className="pt-3 empty:hidden">
          <DictationNotice target={TARGET} />
        </div>
        {replaced !== null && (
          <p className="pt-3 text-second">
            {t("first.replaced")}{" "}
            <button
              type="button"
              className="underline underline-offset-4"
              onClick={() => {
                setBrief(replaced);
                setReplaced(null);
              }}
            >
              {t("first.bringBack")}
            </button>
          </p>
        )}
        {error && (
          <div className="pt-3">
            <Notice onDismiss={() => setError(null)}>{error}</Notice>
          </div>
        )}
        <ul className="grid grid-cols-1 gap-4 pt-5 min-[760px]:grid-cols-3">
          {status.data?.samples.map((each) => (
            <li key={each.id} className="flex">
              <button
                type="button"
                data-testid={`sample-${each.id}`}
                onClick={() => {
                  reconsider();
                  const own = brief.trim() !== "" && !status.data?.samples.some((other) => other.brief === brief);
                  if (own) setReplaced(brief);
                  setSample(each);
                  setBrief(each.brief);
                  // A sample brings its own folder.
                  setFolder(null);
                  // One key starts it.
                  ref.current?.focus();
                }}
                className="card flex flex-1 flex-col gap-1 p-3.5 text-left transition-colors hover:border-third"
              >
                <span className="font-medium">{said(`first.sample_${each.id}`) ?? each.title}</span>
                <span className="text-small text-third leading-[17px]">
                  {said(`first.sample_${each.id}_text`) ?? each.tagline}
                </span>
              </button>
            </li>
          ))}
        </ul>
        <PracticeLine />
      </div>
    </main>
  );
}

function WhereMenu({
  folder,
  builds,
  onChange,
}: {
  folder: string | null;
  builds: string;
  onChange: (folder: string | null) => void;
}) {
  const choose = async () => {
    const picked = await call(commands.chooseFolder()).catch(() => null);
    if (picked) onChange(picked);
  };
  useAction({ id: "choose_folder", run: () => void choose() });
  return (
    <span className="relative inline-flex items-center">
      <select
        aria-label={t("first.where")}
        title={folder ?? builds}
        value={folder ? "folder" : "new"}
        onChange={(event) => (event.target.value === "new" ? onChange(null) : void choose())}
        className="h-7 max-w-[260px] appearance-none truncate rounded-control bg-transparent pr-6 pl-2 text-second hover:bg-faint hover:text-ink"
      >
        <option value="new">{t("first.newFolder", { folder: baseName(builds) })}</option>
        {folder && <option value="folder">{t("first.folder", { folder: baseName(folder) })}</option>}
        <option value="choose">{t("first.chooseFolder")}</option>
      </select>
      <ChevronDown size={13} aria-hidden className="pointer-events-none absolute right-1.5 text-third" />
    </span>
  );
}
