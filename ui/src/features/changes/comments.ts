import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { client, queries } from "../../backend";
import { changeDraft } from "../../shared/useDraft";
import { t } from "../../words";

export type Side = "old" | "now";

/** A comment on a line, kept as a draft until the work is sent back with it. */
export type LineComment = {
  id: string;
  path: string;
  side: Side;
  line: number;
  /** The line as it was read. */
  code: string;
  text: string;
};

export type LinePlace = Pick<LineComment, "path" | "side" | "line" | "code">;

const PAUSE = 300;
const LONGEST_CODE = 160;
const waiting = new Map<string, ReturnType<typeof setTimeout>>();

const draft = (workflowId: string) => `comments-${workflowId}`;

function read(kept: string | undefined): LineComment[] {
  try {
    const found: unknown = JSON.parse(kept || "[]");
    return Array.isArray(found) ? (found as LineComment[]) : [];
  } catch {
    return [];
  }
}

function change(workflowId: string, make: (now: LineComment[]) => LineComment[]) {
  const key = draft(workflowId);
  const { queryKey } = queries.draft(key);
  const kept = client.getQueryData<string>(queryKey);
  // Before those that are kept are here, a new one would take their place.
  if (kept === undefined) return;
  const next = JSON.stringify(make(read(kept)));
  client.setQueryData(queryKey, next);
  clearTimeout(waiting.get(key));
  const write = () => void changeDraft(key, () => next).catch(() => undefined);
  waiting.set(key, setTimeout(write, PAUSE));
}

/** The comments on the lines of a build, the same wherever they are shown. */
export function useComments(workflowId: string) {
  const kept = useQuery({ ...queries.draft(draft(workflowId)), gcTime: Number.POSITIVE_INFINITY });
  // The same while nothing is written: what is drawn with them is not drawn anew.
  return useMemo(() => actions(workflowId, kept.data), [workflowId, kept.data]);
}

function actions(workflowId: string, text: string | undefined) {
  const comments = read(text);
  return {
    comments,
    loaded: text !== undefined,
    /** Those that say something. */
    written: comments.filter(({ text }) => text.trim() !== ""),
    /** Begins one, or finds the one that is there. */
    begin: (place: LinePlace): string => {
      const there = comments.find((each) => isAt(each, place));
      if (there) return there.id;
      const id = crypto.randomUUID();
      const code = place.code.trim().slice(0, LONGEST_CODE);
      change(workflowId, (now) => [...now, { ...place, code, id, text: "" }]);
      return id;
    },
    write: (id: string, text: string) =>
      change(workflowId, (now) => now.map((each) => (each.id === id ? { ...each, text } : each))),
    remove: (id: string) => change(workflowId, (now) => now.filter((each) => each.id !== id)),
    clear: () => change(workflowId, () => []),
  };
}

export type Comments = ReturnType<typeof useComments>;

export const isAt = (comment: LineComment, { path, side, line }: Omit<LinePlace, "code">) =>
  comment.path === path && comment.side === side && comment.line === line;

/** The comments as one reason, in the order of the files. */
export function asReason(comments: readonly LineComment[]): string {
  return [...comments]
    .sort((a, b) => a.path.localeCompare(b.path) || a.line - b.line)
    .map(({ side, ...comment }) => t(side === "old" ? "changes.reasonOld" : "changes.reasonLine", comment))
    .join("\n\n");
}
