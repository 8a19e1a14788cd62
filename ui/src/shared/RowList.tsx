import { type KeyboardEvent, type ReactElement, useEffect, useRef } from "react";
import { VList, type VListHandle } from "virtua";

/** What makes a row reachable by keyboard: put on its button. */
export type RowKeys = { "data-row": number; tabIndex: 0 | -1 };

type Props<T> = {
  label: string;
  rows: readonly T[];
  /** Of each row, in pixels. */
  height: number;
  /** The row that is chosen, kept in sight; -1: none. */
  current: number;
  children: (row: T, keys: RowKeys, index: number) => ReactElement;
};

/** A tree of any length: only what is in sight is drawn, one row is reached with Tab, and arrows lead on from there. */
export function RowList<T>({ label, rows, height, current, children }: Props<T>) {
  const list = useRef<VListHandle>(null);
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const view = list.current;
    if (!view || current < 0) return;
    const top = current * height;
    if (top < view.scrollOffset || top + height > view.scrollOffset + view.viewportSize) {
      view.scrollToIndex(current, { align: "center" });
    }
  }, [current, height]);
  const onKey = (event: KeyboardEvent) => {
    const from = Number((event.target as HTMLElement).closest<HTMLElement>("[data-row]")?.dataset.row ?? Number.NaN);
    const to = { ArrowDown: from + 1, ArrowUp: from - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined || Number.isNaN(from) || to < 0 || to >= rows.length) return;
    event.preventDefault();
    list.current?.scrollToIndex(to, { align: "nearest" });
    // It is drawn by then, wherever it was.
    requestAnimationFrame(() => frame.current?.querySelector<HTMLElement>(`[data-row="${to}"]`)?.focus());
  };
  return (
    <div ref={frame} role="tree" aria-label={label} className="min-h-0 flex-1" onKeyDown={onKey}>
      <VList ref={list} data={rows} itemSize={height} style={{ height: "100%" }} className="px-2 pb-2">
        {(row, index) => children(row, { "data-row": index, tabIndex: index === Math.max(0, current) ? 0 : -1 }, index)}
      </VList>
    </div>
  );
}
