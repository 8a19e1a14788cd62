import { memo, useEffect, useMemo, useRef, useState } from "react";
import { t, useLanguage } from "../../words";
import { CommentBox } from "./CommentBox";
import { type Comments, isAt, type LineComment, type Side } from "./comments";
import { ROW_HEIGHT } from "./FileSection";
import type { Token } from "./grammar";
import { pairs, type Row } from "./patch";
import { useTokens } from "./useTokens";

type Props = { rows: readonly Row[]; path: string; split: boolean; first: boolean; comments: Comments };

/** How far beyond what is in sight is drawn. */
const AHEAD = "500px 0px";

/** A part of a file's lines. Far from what is in sight it is only as high as it was. */
export const LinesPart = memo(function LinesPart({ rows, first, ...rest }: Props) {
  useLanguage();
  const place = useRef<HTMLDivElement>(null);
  const [near, setNear] = useState(first);
  const height = useRef(rows.length * ROW_HEIGHT);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const root = element.closest("[data-diff]");
    const observer = new IntersectionObserver(
      ([entry]) => {
        if (!entry) return;
        if (!entry.isIntersecting) height.current = entry.boundingClientRect.height || height.current;
        setNear(entry.isIntersecting);
      },
      { root, rootMargin: AHEAD },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={place} style={near ? undefined : { height: height.current }}>
      {near && <Lines rows={rows} first={first} {...rest} />}
    </div>
  );
});

function Lines({ rows, path, split, first, comments }: Props) {
  const tokens = useTokens(path, rows);
  const shown = useMemo(() => (split ? pairs(rows) : rows.map((row) => ({ left: row, right: row }))), [rows, split]);
  const reachable = first ? rows.find((row) => row.old !== null || row.now !== null) : undefined;
  const of = (row: Row | null, side: Side): LineComment[] => {
    const line = side === "old" ? row?.old : row?.now;
    return line == null ? [] : comments.comments.filter((each) => isAt(each, { path, side, line }));
  };
  return shown.map(({ left, right }, index) => {
    // A line that stayed is commented on as it is now.
    const before = left?.kind === "removed" ? of(left, "old") : [];
    const now = right && right.kind !== "removed" ? of(right, "now") : [];
    const line = { path, comments, tokens, reachable };
    return (
      <div key={`${index}`}>
        {split && (left?.kind === "same" || left?.kind !== right?.kind || left !== right) && left?.kind !== "hunk" ? (
          <div className="grid grid-cols-2">
            <Line row={left} side="old" {...line} split />
            <Line row={right} side="now" {...line} split />
          </div>
        ) : (
          <Line row={left} side={left?.kind === "removed" ? "old" : "now"} {...line} split={false} />
        )}
        {[...before, ...now].map((comment) => (
          <CommentBox key={comment.id} comment={comment} comments={comments} />
        ))}
      </div>
    );
  });
}

const LOOK: Record<Row["kind"], string> = {
  hunk: "bg-raised text-third",
  same: "",
  added: "bg-passed-bg",
  removed: "bg-failed-bg",
  note: "text-third italic",
};

const SIGN: Record<Row["kind"], string> = { hunk: "", same: " ", added: "+", removed: "−", note: "" };

type LineProps = {
  row: Row | null;
  side: Side;
  split: boolean;
  path: string;
  comments: Comments;
  tokens: Map<Row, Token[]> | undefined;
  reachable: Row | undefined;
};

function Line({ row, side, split, path, comments, tokens, reachable }: LineProps) {
  if (!row) return <div aria-hidden className="border-line border-r bg-surface" />;
  if (row.kind === "hunk") {
    return (
      <div className="flex h-7 items-center border-faint border-y bg-surface px-4 font-mono text-small text-second">
        <span className="truncate">{row.text ? `⋯ ${row.text}` : "⋯"}</span>
      </div>
    );
  }
  const number = side === "old" ? row.old : row.now;
  const can = number !== null && (side === "now" || row.kind === "removed");
  const numbers = split ? [number] : [row.old, row.now];
  const label = can ? t("changes.commentOn", { line: number }) : undefined;
  return (
    <div
      className={`flex min-h-5 min-w-0 font-mono text-small leading-5 ${LOOK[row.kind]} ${split && side === "old" ? "border-line border-r" : ""}`}
    >
      <button
        type="button"
        disabled={!can}
        data-line={can ? number : undefined}
        data-testid={can ? "line-number" : undefined}
        tabIndex={row === reachable && can ? 0 : -1}
        aria-label={label}
        title={label}
        onClick={() => number !== null && comments.begin({ path, side, line: number, code: row.text })}
        className={`flex shrink-0 select-none text-second enabled:hover:bg-line focus-visible:-outline-offset-2 ${split ? "w-12" : "w-[88px]"}`}
      >
        {numbers.map((each, index) => (
          <span key={index} className="flex-1 pr-2 text-right">
            {each ?? ""}
          </span>
        ))}
      </button>
      <span aria-hidden className="w-4 shrink-0 select-none text-center text-second">
        {SIGN[row.kind]}
      </span>
      <code data-selectable className="min-w-0 flex-1 whitespace-pre-wrap pr-3 [overflow-wrap:anywhere] [tab-size:4]">
        {row.kind === "added" && <span className="sr-only">{t("changes.isAdded")}</span>}
        {row.kind === "removed" && <span className="sr-only">{t("changes.isRemoved")}</span>}
        <Text row={row} tokens={tokens?.get(row)} />
      </code>
    </div>
  );
}

function Text({ row, tokens }: { row: Row; tokens: Token[] | undefined }) {
  if (!tokens) return row.text;
  return tokens.map(({ text, look }, index) =>
    look === "" ? (
      text
    ) : (
      <span key={index} className={look}>
        {text}
      </span>
    ),
  );
}
