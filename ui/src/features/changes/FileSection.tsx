import { useQuery } from "@tanstack/react-query";
import { ChevronRight, MessageSquare } from "lucide-react";
import { memo, useMemo } from "react";
import { type FileChange, queries } from "../../backend";
import { Button } from "../../shared/Button";
import { Notice, sentence } from "../../shared/Notice";
import { grouped } from "../../shared/time";
import { t, useLanguage } from "../../words";
import { OpenFile } from "../desktop/OpenIn";
import type { Comments } from "./comments";
import { Counts, StatusMark } from "./FileTree";
import { LinesPart } from "./Lines";
import { parse, parts } from "./patch";

/** A file with more changed lines than this is folded until somebody wants to see them. */
export const LARGE = 600;

/** So many rows are drawn together. */
const PART = 16;

/** So many rows at most are left free for lines that are still read. */
const EXPECTED = 40;

export const ROW_HEIGHT = 20;

export type Looking = {
  id: string;
  points: [string, string];
  ignoreSpace: boolean;
  split: boolean;
};

type Props = Looking & {
  file: FileChange;
  open: boolean;
  comments: Comments;
  onOpen: (path: string, open: boolean) => void;
  onTrouble: (sentence: string) => void;
};

export const isLarge = (file: FileChange) => file.insertions + file.deletions > LARGE;

/** One file: its head stays in sight while it is read; what changed in it comes when it is in sight. */
export const FileSection = memo(function FileSection({ file, open, onOpen, onTrouble, comments, ...looking }: Props) {
  useLanguage();
  const mine = comments.comments.filter(({ path }) => path === file.path).length;
  return (
    <section aria-label={file.path} data-testid="file-section" data-path={file.path} className="border-line border-b">
      <h2 className="sticky top-0 z-10 flex h-9 items-center gap-2 border-line border-b bg-raised pr-4 pl-2">
        <button
          type="button"
          aria-expanded={open}
          onClick={() => onOpen(file.path, !open)}
          className="flex h-full min-w-0 flex-1 items-center gap-2 pl-1 text-left focus-visible:-outline-offset-2"
        >
          <ChevronRight
            size={13}
            aria-hidden
            className={`shrink-0 text-third transition-transform ${open ? "rotate-90" : ""}`}
          />
          <StatusMark status={file.status} />
          <span className="min-w-0 truncate font-mono text-small [direction:rtl]" title={name(file)}>
            <bdi>{name(file)}</bdi>
          </span>
        </button>
        {mine > 0 && (
          <span className="flex items-center gap-1 text-small text-waiting">
            <MessageSquare size={12} aria-hidden />
            {t("changes.comments", { count: mine })}
          </span>
        )}
        <Counts file={file} />
        {file.status !== "deleted" && <OpenFile id={looking.id} path={file.path} onTrouble={onTrouble} />}
      </h2>
      {open ? (
        <Body file={file} comments={comments} {...looking} />
      ) : (
        <Folded file={file} onOpen={() => onOpen(file.path, true)} />
      )}
    </section>
  );
});

const name = ({ path, old_path }: FileChange) => (old_path && old_path !== path ? `${old_path} → ${path}` : path);

function Folded({ file, onOpen }: { file: FileChange; onOpen: () => void }) {
  if (!isLarge(file)) return null;
  return (
    <div className="flex items-center gap-3 px-4 py-3 text-second">
      <p className="flex-1">{t("changes.large")}</p>
      <Button data-testid="show-lines" onClick={onOpen}>
        {t("changes.showLines", {
          count: file.insertions + file.deletions,
          lines: grouped(file.insertions + file.deletions),
        })}
      </Button>
    </div>
  );
}

function Body({ file, comments, id, points, ignoreSpace, split }: Looking & { file: FileChange; comments: Comments }) {
  const patch = useQuery({
    ...queries.patch(id, points, ignoreSpace, file.path, file.old_path),
    enabled: !file.binary,
    // Another state of the same file takes the place of the one before without a gap.
    placeholderData: (before) => before,
  });
  const rows = useMemo(() => (patch.data ? parse(patch.data.patch) : null), [patch.data]);
  const blocks = useMemo(() => parts(rows ?? [], PART), [rows]);
  if (file.binary) return <p className="px-4 py-3 text-third">{t("changes.binary")}</p>;
  if (patch.isError) {
    return (
      <div className="p-4">
        <Notice action={<Button onClick={() => void patch.refetch()}>{t("retry")}</Button>}>
          {sentence(patch.error)}
        </Notice>
      </div>
    );
  }
  if (!rows) {
    const lines = Math.min(EXPECTED, file.insertions + file.deletions + 3);
    return <div aria-busy="true" style={{ height: lines * ROW_HEIGHT }} />;
  }
  if (rows.length === 0) return <p className="px-4 py-3 text-third">{t(empty(file, ignoreSpace))}</p>;
  return (
    <div data-testid="diff-lines" className="py-1">
      {blocks.map((block, index) => (
        <LinesPart
          key={`${index}`}
          rows={block}
          path={file.path}
          first={index === 0}
          // A file that came or went has one side only.
          split={split && file.status !== "added" && file.status !== "deleted"}
          comments={comments}
        />
      ))}
      {patch.data?.truncated && <p className="bg-waiting-bg px-4 py-2 text-waiting">{t("changes.truncated")}</p>}
    </div>
  );
}

function empty(file: FileChange, ignoreSpace: boolean) {
  if (file.status === "renamed") return "changes.onlyMoved";
  if (ignoreSpace) return "changes.onlySpace";
  return file.status === "added" || file.status === "deleted" ? "changes.emptyFile" : "changes.onlyMode";
}
