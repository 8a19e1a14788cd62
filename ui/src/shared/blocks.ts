/** Markdown, parted where it will not change any more, however it goes on. */
export type Parted = {
  /** Finished blocks, in groups: a group that is full is never drawn again. */
  readonly groups: readonly (readonly string[])[];
  /** The block that is still growing. */
  readonly tail: string;
  /** So much of the tail is whole lines that were looked at. */
  readonly seen: number;
  /** The mark that ends the code block that is open. */
  readonly fence: string | null;
  /** The newest line was blank. */
  readonly blank: boolean;
};

/** Before anything was said. */
export const NOTHING: Parted = { groups: [], tail: "", seen: 0, fence: null, blank: false };

/** So many blocks make a group. */
export const GROUP = 8;

/**
 * Takes in what came. It is parted at blank lines outside of code fences; only what is new and the block that is not finished are looked
 * at, never the whole again.
 */
export function goOn(before: Parted, piece: string): Parted {
  let { groups, seen, fence, blank } = before;
  let tail = before.tail + piece;
  for (let end = tail.indexOf("\n", seen); end !== -1; end = tail.indexOf("\n", seen)) {
    const line = tail.slice(seen, end);
    if (fence !== null) {
      // Only the same mark, at least as long, with nothing after it.
      const end = /^ {0,3}(`{3,}|~{3,})\s*$/.exec(line)?.[1];
      if (end?.startsWith(fence)) fence = null;
    } else {
      // Backticks with a backtick after them are code within a line.
      const mark = /^ {0,3}(?:(`{3,})[^`]*|(~{3,}).*)$/.exec(line);
      // A line that is indented goes on with the list before it.
      if (blank && seen > 0 && !/^\s/.test(line)) {
        groups = withBlock(groups, tail.slice(0, seen));
        tail = tail.slice(seen);
        end -= seen;
      }
      fence = mark?.[1] ?? mark?.[2] ?? null;
    }
    blank = fence === null && line.trim() === "";
    seen = end + 1;
  }
  return { groups, tail, seen, fence, blank };
}

function withBlock(groups: Parted["groups"], block: string): Parted["groups"] {
  const last = groups.at(-1);
  // A new array tells React that this group, and no other, has changed.
  if (last && last.length < GROUP) return [...groups.slice(0, -1), [...last, block]];
  return [...groups, [block]];
}
