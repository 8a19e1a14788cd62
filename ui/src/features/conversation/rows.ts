import type { Author, ConversationItem, State } from "../../backend";

/** What stands in the list: a message, or the fold over what was taken back. */
export type Row =
  | {
      kind: "said";
      key: string;
      /** None while it is still being said. */
      item: ConversationItem | undefined;
      /** Who spoke before: what the same role goes on to say stands under the same name. */
      before: Author | undefined;
      /** It stands under an open fold. */
      folded: boolean;
    }
  | { kind: "fold"; key: string; rolledBackTo: State | null; count: number; open: boolean };

/** The rows of a conversation: each message, what was taken back under folds, and what is being said right now. */
export function rowsOf(items: ConversationItem[], live: string[], open: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  let before: Author | undefined;
  for (let at = 0; at < items.length; ) {
    const item = items[at];
    if (!item) break;
    if (item.taken_back === null) {
      rows.push({ kind: "said", key: item.id, item, before, folded: false });
      before = item.author;
      at += 1;
      continue;
    }
    const end = endOfStretch(items, at);
    const fold: Row = {
      kind: "fold",
      key: foldKey(items, at),
      rolledBackTo: item.taken_back.rolled_back_to,
      count: end - at,
      open: false,
    };
    fold.open = open.has(fold.key);
    rows.push(fold);
    before = undefined;
    for (const inner of fold.open ? items.slice(at, end) : []) {
      rows.push({ kind: "said", key: inner.id, item: inner, before, folded: true });
      before = inner.author;
    }
    before = undefined;
    at = end;
  }
  for (const id of live) rows.push({ kind: "said", key: id, item: undefined, before, folded: false });
  return rows;
}

/** What was taken back together stands under one fold. */
function endOfStretch(items: ConversationItem[], from: number): number {
  const revision = items[from]?.taken_back?.revision;
  let end = from + 1;
  while (end < items.length && items[end]?.taken_back?.revision === revision) end += 1;
  return end;
}

/** The fold that a message stands under. It keeps its key when older messages of it arrive. */
export function foldKey(items: ConversationItem[], at: number): string {
  return `fold ${items[endOfStretch(items, at) - 1]?.id}`;
}
