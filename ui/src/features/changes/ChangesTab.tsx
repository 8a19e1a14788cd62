import { useQuery } from "@tanstack/react-query";
import { PanelLeftClose, PanelLeftOpen } from "lucide-react";
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { VList, type VListHandle } from "virtua";
import { type ChangeAttempt, type Changes, type FileChange, queries } from "../../backend";
import { useAction } from "../../shared/actions";
import { Button, IconButton } from "../../shared/Button";
import { Empty } from "../../shared/Empty";
import { Notice, sentence } from "../../shared/Notice";
import { Select } from "../../shared/Select";
import { clock, grouped } from "../../shared/time";
import { t } from "../../words";
import { CommentList } from "./CommentList";
import { type LineComment, useComments } from "./comments";
import { FileSection, isLarge, ROW_HEIGHT } from "./FileSection";
import { FileTree } from "./FileTree";
import { inTreeOrder } from "./tree";

/** What the build changed in the project's files: in all, or in one attempt. */
export function ChangesTab({ id }: { id: string }) {
  const [attempt, setAttempt] = useState<string | null>(null);
  const [ignoreSpace, setIgnoreSpace] = useState(false);
  const changes = useQuery({
    ...queries.changes(id, attempt, ignoreSpace),
    placeholderData: (before) => before,
  });
  // An attempt that was cut off, and of which nothing is left, is not offered any more.
  const isLost = changes.isError && changes.data === undefined && attempt !== null;
  useEffect(() => {
    if (isLost) setAttempt(null);
  }, [isLost]);
  const failure = changes.isError && (
    <Notice action={<Button onClick={() => void changes.refetch()}>{t("retry")}</Button>}>
      {sentence(changes.error)}
    </Notice>
  );
  if (failure && changes.data === undefined) return <div className="p-6">{failure}</div>;
  if (changes.data === undefined) return <div className="h-full" aria-busy="true" />;
  const found = changes.data;
  if (!found || (found.files.length === 0 && attempt === null && !ignoreSpace)) {
    return <Empty title={t("changes.none")}>{t("changes.noneText")}</Empty>;
  }
  return (
    <div className="flex h-full flex-col">
      {failure && <div className="p-3">{failure}</div>}
      <div className="min-h-0 flex-1">
        <Compared
          id={id}
          found={found}
          attempt={attempt}
          onAttempt={setAttempt}
          ignoreSpace={ignoreSpace}
          onIgnoreSpace={setIgnoreSpace}
        />
      </div>
    </div>
  );
}

type Props = {
  id: string;
  found: Changes;
  attempt: string | null;
  onAttempt: (name: string | null) => void;
  ignoreSpace: boolean;
  onIgnoreSpace: (ignore: boolean) => void;
};

function Compared({ id, found, attempt, onAttempt, ignoreSpace, onIgnoreSpace }: Props) {
  const [split, setSplit] = useState(false);
  const [wanted, setWanted] = useState("");
  const [treeFolded, setTreeFolded] = useState(false);
  const [current, setCurrent] = useState(0);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [opened, setOpened] = useState<Record<string, boolean>>({});
  const comments = useComments(id);
  const list = useRef<VListHandle>(null);
  const files = useMemo(() => {
    const look = wanted.trim().toLowerCase();
    const ordered = inTreeOrder(found.files);
    return look === "" ? ordered : ordered.filter((file) => file.path.toLowerCase().includes(look));
  }, [found.files, wanted]);
  const perFile = useMemo(() => {
    const counted = new Map<string, number>();
    for (const { path } of comments.written) counted.set(path, (counted.get(path) ?? 0) + 1);
    return counted;
  }, [comments.written]);
  const usual = useMemo(() => usualHeight(files), [files]);
  const points = useMemo<[string, string]>(() => [found.from, found.to], [found.from, found.to]);
  const choose = (index: number) => {
    if (index < 0 || index >= files.length) return;
    setCurrent(index);
    list.current?.scrollToIndex(index, { align: "start" });
  };
  const chooseComment = (comment: LineComment) => {
    const index = files.findIndex(({ path }) => path === comment.path);
    if (index < 0) return;
    setOpened((before) => ({ ...before, [comment.path]: true }));
    choose(index);
    toLine(comment, 20);
  };
  useAction({ id: "next_file", run: () => choose(current + 1) });
  useAction({ id: "previous_file", run: () => choose(current - 1) });
  useAction({
    id: "split_diff",
    label: split ? t("changes.showUnified") : t("changes.showSplit"),
    run: () => setSplit(!split),
  });
  const open = useCallback((path: string, is: boolean) => setOpened((before) => ({ ...before, [path]: is })), []);
  return (
    <div className="@container flex h-full flex-col">
      <Bar
        found={found}
        attempt={attempt}
        onAttempt={onAttempt}
        ignoreSpace={ignoreSpace}
        onIgnoreSpace={onIgnoreSpace}
        split={split}
        onSplit={setSplit}
        treeFolded={treeFolded}
        onTreeFolded={setTreeFolded}
      />
      {trouble && (
        <div className="px-4 py-2">
          <Notice onDismiss={() => setTrouble(null)}>{trouble}</Notice>
        </div>
      )}
      <div className="flex min-h-0 flex-1">
        {!treeFolded && (
          <div className="flex @max-[640px]:w-[176px] w-[248px] shrink-0 flex-col border-line border-r">
            <input
              aria-label={t("changes.filter")}
              data-testid="filter-files"
              placeholder={t("changes.filter")}
              value={wanted}
              onChange={(event) => setWanted(event.target.value)}
              className="m-2 h-7 rounded-control border border-line bg-panel px-2"
            />
            {files.length === 0 ? (
              <p className="flex-1 px-4 py-2 text-third">{t(wanted ? "changes.noMatch" : "changes.noneHere")}</p>
            ) : (
              <FileTree files={files} current={current} comments={perFile} onChoose={choose} />
            )}
            <CommentList comments={comments.written} onChoose={chooseComment} />
          </div>
        )}
        {/* biome-ignore lint/a11y/noStaticElementInteractions: arrows lead from line to line, each of which is a button */}
        <div className="min-w-0 flex-1" onKeyDown={fromLineToLine}>
          <VList
            ref={list}
            data={files}
            data-diff
            data-testid="diff"
            bufferSize={400}
            itemSize={usual}
            onScroll={(offset) => setCurrent(list.current?.findItemIndex(offset + 1) ?? 0)}
            style={{ height: "100%" }}
          >
            {(file) => (
              <FileSection
                key={file.path}
                id={id}
                points={points}
                ignoreSpace={ignoreSpace}
                split={split}
                file={file}
                open={opened[file.path] ?? !isLarge(file)}
                onOpen={open}
                onTrouble={setTrouble}
                comments={comments}
              />
            )}
          </VList>
        </div>
      </div>
    </div>
  );
}

type BarProps = Omit<Props, "id"> & {
  split: boolean;
  onSplit: (split: boolean) => void;
  treeFolded: boolean;
  onTreeFolded: (folded: boolean) => void;
};

function Bar({ found, attempt, onAttempt, ignoreSpace, onIgnoreSpace, ...more }: BarProps) {
  const { split, onSplit, treeFolded, onTreeFolded } = more;
  const sum = (key: "insertions" | "deletions") => found.files.reduce((total, file) => total + file[key], 0);
  return (
    <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-2 py-1">
      <IconButton
        label={t(treeFolded ? "changes.showFiles" : "changes.hideFiles")}
        onClick={() => onTreeFolded(!treeFolded)}
      >
        {treeFolded ? <PanelLeftOpen size={15} /> : <PanelLeftClose size={15} />}
      </IconButton>
      <p data-testid="changes-summary" className="text-second">
        {t("changes.summary", { count: found.files.length })}{" "}
        <span className="text-passed">+{grouped(sum("insertions"))}</span>{" "}
        <span className="text-failed">−{grouped(sum("deletions"))}</span>
      </p>
      <label className="ml-auto flex items-center gap-1.5 text-second">
        <input
          type="checkbox"
          data-testid="ignore-space"
          checked={ignoreSpace}
          onChange={(event) => onIgnoreSpace(event.target.checked)}
        />
        {t("changes.ignoreSpace")}
      </label>
      <Select
        className="@max-[640px]:w-[132px] @max-[860px]:w-[180px]"
        aria-label={t("changes.range")}
        data-testid="change-range"
        value={attempt ?? ""}
        onChange={(event) => onAttempt(event.target.value || null)}
      >
        <option value="">{t("changes.inAll")}</option>
        {found.attempts.map((each) => (
          <option key={each.name} value={each.name}>
            {attemptName(each)}
          </option>
        ))}
      </Select>
      <div className="flex rounded-control border border-line p-0.5">
        {[false, true].map((each) => (
          <button
            key={String(each)}
            type="button"
            data-testid={each ? "split" : "unified"}
            aria-pressed={split === each}
            onClick={() => onSplit(each)}
            className="h-5 rounded-[5px] px-2 text-second text-small aria-pressed:bg-faint aria-pressed:text-ink"
          >
            {each ? t("changes.split") : t("changes.unified")}
          </button>
        ))}
      </div>
    </div>
  );
}

/** Of a file's head, and the unchanged lines around what changed. */
const HEAD = 36 + 6 * ROW_HEIGHT;

/** How high a file is, about, before any is drawn: so many are drawn at first as fill the view. */
function usualHeight(files: readonly FileChange[]): number {
  const heights = files.map((file) =>
    isLarge(file) || file.binary ? HEAD : HEAD + (file.insertions + file.deletions) * ROW_HEIGHT,
  );
  return Math.round(heights.reduce((sum, height) => sum + height, 0) / Math.max(1, heights.length));
}

const attemptName = ({ phase, attempt, at }: ChangeAttempt) =>
  t("changes.attempt", { phase: t(`states.${phase}`), attempt, time: clock(at) });

/** Leads from one line that is drawn to the next; what follows is drawn while it comes into sight. */
function fromLineToLine(event: KeyboardEvent<HTMLElement>) {
  const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  const from = event.target as HTMLElement;
  if (step === 0 || from.dataset.line === undefined) return;
  event.preventDefault();
  const lines = [...event.currentTarget.querySelectorAll<HTMLElement>("[data-line]")];
  const next = lines[lines.indexOf(from) + step];
  next?.focus({ preventScroll: true });
  next?.scrollIntoView({ block: "nearest" });
}

/** Shows a line as soon as it is drawn. */
function toLine(comment: LineComment, tries: number) {
  requestAnimationFrame(() => {
    const section = document.querySelector(`[data-path="${CSS.escape(comment.path)}"]`);
    const line = section?.querySelector<HTMLElement>(`[data-line="${comment.line}"]`);
    if (line) {
      line.scrollIntoView({ block: "center" });
      line.focus({ preventScroll: true });
    } else if (tries > 0) toLine(comment, tries - 1);
  });
}
