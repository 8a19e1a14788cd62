import { ChevronRight, MessageSquare } from "lucide-react";
import { useMemo, useState } from "react";
import type { FileChange } from "../../backend";
import { type RowKeys, RowList } from "../../shared/RowList";
import { t } from "../../words";
import { type TreeRow, treeRows } from "./tree";

const MARK: Record<FileChange["status"], string> = { added: "A", modified: "M", deleted: "D", renamed: "R" };

const MARK_LOOK: Record<FileChange["status"], string> = {
  added: "text-passed",
  modified: "text-waiting",
  deleted: "text-failed",
  renamed: "text-code-writer",
};

/** What happened to a file, as a letter with its word. */
export function StatusMark({ status }: { status: FileChange["status"] }) {
  const word = t(`changes.status_${status}`);
  return (
    <abbr
      title={word}
      aria-label={word}
      className={`w-3 shrink-0 font-mono text-small no-underline ${MARK_LOOK[status]}`}
    >
      {MARK[status]}
    </abbr>
  );
}

type Props = {
  files: readonly FileChange[];
  /** The file that is at the top of what is looked at. */
  current: number;
  /** How many comments a file has. */
  comments: ReadonlyMap<string, number>;
  onChoose: (index: number) => void;
};

/** The files in their folders. Only what is in sight is drawn. */
export function FileTree({ files, current, comments, onChoose }: Props) {
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const rows = useMemo(() => treeRows(files, closed), [files, closed]);
  const at = rows.findIndex((row) => row.kind === "file" && row.index === current);
  const toggle = (path: string) =>
    setClosed((before) => {
      const next = new Set(before);
      if (!next.delete(path)) next.add(path);
      return next;
    });
  return (
    <RowList label={t("changes.files")} rows={rows} height={28} current={at}>
      {(row, keys, index) => (
        <Row
          key={row.kind === "folder" ? `${row.path}/` : row.file.path}
          row={row}
          keys={keys}
          isCurrent={index === at}
          comments={row.kind === "file" ? (comments.get(row.file.path) ?? 0) : 0}
          onClick={() => (row.kind === "folder" ? toggle(row.path) : onChoose(row.index))}
        />
      )}
    </RowList>
  );
}

function Row({
  row,
  keys,
  isCurrent,
  comments,
  onClick,
}: {
  row: TreeRow;
  keys: RowKeys;
  isCurrent: boolean;
  comments: number;
  onClick: () => void;
}) {
  const look =
    "flex h-7 w-full items-center gap-1.5 rounded-control pr-2 text-left hover:bg-faint focus-visible:-outline-offset-2";
  const indent = { paddingLeft: 8 + row.depth * 12 };
  const common = { ...keys, type: "button", role: "treeitem", "aria-level": row.depth + 1, onClick } as const;
  if (row.kind === "folder") {
    return (
      <button {...common} aria-expanded={row.open} style={indent} className={look}>
        <ChevronRight
          size={12}
          aria-hidden
          className={`shrink-0 text-third transition-transform ${row.open ? "rotate-90" : ""}`}
        />
        <span className="truncate text-second" title={row.path}>
          {row.name}
        </span>
      </button>
    );
  }
  const { file } = row;
  return (
    <button
      {...common}
      role="treeitem"
      data-testid="change-file"
      aria-selected={isCurrent}
      title={file.path}
      style={indent}
      className={`${look} ${isCurrent ? "bg-faint" : ""}`}
    >
      <StatusMark status={file.status} />
      <span className="min-w-0 flex-1 truncate">{row.name}</span>
      {comments > 0 && (
        <span className="flex items-center gap-0.5 text-small text-waiting">
          <MessageSquare size={11} aria-hidden />
          {comments}
        </span>
      )}
      <Counts file={file} />
    </button>
  );
}

/** How many lines came and went. */
export function Counts({ file }: { file: Pick<FileChange, "insertions" | "deletions" | "binary"> }) {
  if (file.binary) return null;
  return (
    <span className="shrink-0 text-small">
      {file.insertions > 0 && <span className="text-passed">+{file.insertions}</span>}
      {file.deletions > 0 && <span className="pl-1 text-failed">−{file.deletions}</span>}
    </span>
  );
}
