import type { ActivityItem } from "../../backend";

/** A row of the work: where an attempt begins, or something that was done in it. */
export type WorkRow = { kind: "attempt"; of: ActivityItem; count: number } | { kind: "call"; item: ActivityItem };

/** What was done, attempt by attempt; of one tool only, if one is chosen. */
export function workRows(items: readonly ActivityItem[], tool: string): WorkRow[] {
  const rows: WorkRow[] = [];
  let head: Extract<WorkRow, { kind: "attempt" }> | null = null;
  for (const item of items) {
    if (tool !== "" && item.tool !== tool) continue;
    if (!head || head.of.phase !== item.phase || head.of.attempt !== item.attempt) {
      head = { kind: "attempt", of: item, count: 0 };
      rows.push(head);
    }
    head.count += 1;
    rows.push({ kind: "call", item });
  }
  return rows;
}

/** The tools that were used, the most used first. */
export function toolsIn(items: readonly ActivityItem[]): [string, number][] {
  const counted = new Map<string, number>();
  for (const { tool } of items) counted.set(tool, (counted.get(tool) ?? 0) + 1);
  return [...counted].sort((a, b) => b[1] - a[1]);
}
