/** One row of a diff. A line has a number on each side that has it. */
export type Row = {
  kind: "hunk" | "same" | "added" | "removed" | "note";
  old: number | null;
  now: number | null;
  text: string;
};

/** Rows that stand beside each other. */
export type Pair = { left: Row | null; right: Row | null };

/** A line that is longer is shown so far: a file of one line must not stop the window. */
export const LONGEST_LINE = 2000;

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)$/;

/** Reads the diff of one file. */
export function parse(patch: string): Row[] {
  const rows: Row[] = [];
  let old = 0;
  let now = 0;
  let inside = false;
  for (const line of patch.split("\n")) {
    const hunk = HUNK.exec(line);
    if (hunk) {
      [old, now, inside] = [Number(hunk[1]), Number(hunk[2]), true];
      // Nothing is left out before the first line.
      if (old > 1 || now > 1) rows.push({ kind: "hunk", old: null, now: null, text: hunk[3] ?? "" });
      continue;
    }
    if (line.startsWith("diff --git ")) inside = false;
    if (!inside || line === "") continue;
    const text = line.length > LONGEST_LINE ? `${line.slice(1, LONGEST_LINE)}…` : line.slice(1);
    if (line.startsWith("+")) rows.push({ kind: "added", old: null, now: now++, text });
    else if (line.startsWith("-")) rows.push({ kind: "removed", old: old++, now: null, text });
    else if (line.startsWith("\\")) rows.push({ kind: "note", old: null, now: null, text: text.trim() });
    else rows.push({ kind: "same", old: old++, now: now++, text });
  }
  return rows;
}

/** Puts what was removed beside what was added in its place. */
export function pairs(rows: readonly Row[]): Pair[] {
  const paired: Pair[] = [];
  let removed: Row[] = [];
  let added: Row[] = [];
  const flush = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at++) {
      paired.push({ left: removed[at] ?? null, right: added[at] ?? null });
    }
    removed = [];
    added = [];
  };
  for (const row of rows) {
    if (row.kind === "removed") {
      if (added.length > 0) flush();
      removed.push(row);
    } else if (row.kind === "added") {
      added.push(row);
    } else {
      flush();
      paired.push({ left: row, right: row });
    }
  }
  flush();
  return paired;
}

/** Parts of at most so many. */
export function parts<T>(all: readonly T[], size: number): T[][] {
  const parted: T[][] = [];
  for (let at = 0; at < all.length; at += size) parted.push(all.slice(at, at + size));
  return parted;
}
