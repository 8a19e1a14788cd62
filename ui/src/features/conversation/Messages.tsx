import { ChevronRight, Undo2 } from "lucide-react";
import {
  type ComponentProps,
  createContext,
  type RefObject,
  useContext,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import {
  type CacheSnapshot,
  type CustomContainerComponentProps,
  type CustomItemComponentProps,
  Virtualizer,
  type VirtualizerHandle,
} from "virtua";
import { useShallow } from "zustand/react/shallow";
import { type ConversationItem, useSaying, useStreams } from "../../backend";
import { t } from "../../words";
import { type Row, rowsOf } from "./rows";
import { Said, type SaidActions } from "./Said";

type Props = {
  buildId: string;
  items: ConversationItem[];
  /** So many stand before them that are not here yet. */
  earlier?: number;
  /** Folds that are open. */
  open: ReadonlySet<string>;
  onFold: (key: string, open: boolean) => void;
  /** The message that the reader was led to. */
  marked?: string | null;
  /** The message that is being said in other words: it stays, however far one scrolls. */
  editing?: string | null;
  scroller: RefObject<HTMLElement | null>;
  list: RefObject<VirtualizerHandle | null>;
} & SaidActions;

/** How far the list is from the top of what is scrolled: the padding of the view. */
export const MARGIN = 32;

/** A message of three lines, in pixels: few of them are measured before the first is seen. */
const USUAL_HEIGHT = 140;

const TheRows = createContext<{ rows: Row[]; earlier: number; marked: string | null }>({
  rows: [],
  earlier: 0,
  marked: null,
});

/** Everything that was said, and what is being said right now. Only what is in sight is drawn. */
export function Messages({
  items,
  earlier = 0,
  buildId,
  open,
  onFold,
  marked = null,
  editing,
  scroller,
  list,
  ...actions
}: Props) {
  const live = useLive(items);
  const rows = useMemo(() => rowsOf(items, live, open), [items, live, open]);
  const older = useOlder(earlier, list);
  const kept = editing ? rows.findIndex((row) => row.key === editing) : -1;
  const measured = useMeasured(buildId, rows.length, list);
  return (
    <TheRows value={useMemo(() => ({ rows, earlier, marked }), [rows, earlier, marked])}>
      <Virtualizer
        ref={list}
        as={List}
        item={Item}
        data={rows}
        scrollRef={scroller}
        startMargin={MARGIN}
        bufferSize={200}
        itemSize={USUAL_HEIGHT}
        shift={older}
        {...measured}
        {...(kept === -1 ? {} : { keepMounted: [kept] })}
      >
        {(row: Row) =>
          row.kind === "fold" ? (
            <Fold key={row.key} row={row} onFold={onFold} />
          ) : (
            <Said
              key={row.key}
              id={row.key}
              item={row.item}
              before={row.before}
              editing={row.key === editing}
              {...actions}
            />
          )
        }
      </Virtualizer>
    </TheRows>
  );
}

/**
 * Older messages have arrived above what is read, which stays where it is. Nothing else that comes first is older: an answer can be heard
 * before the question that it answers has been read. Before the list knows its view nothing stands anywhere, and it would wait for ever for
 * the scrolling that keeps it there.
 */
function useOlder(earlier: number, list: Props["list"]): boolean {
  const before = useRef(earlier);
  const fewer = earlier < before.current;
  before.current = earlier;
  return fewer && (list.current?.viewportSize ?? 0) > 0;
}

/** How high the rows of each build were when it was left. */
const heights = new Map<string, { rows: number; cache: CacheSnapshot }>();

/** Who comes back to a conversation finds it as high as it was: nothing moves while it is measured anew. */
function useMeasured(buildId: string, rows: number, list: Props["list"]): { cache?: CacheSnapshot } {
  const [known] = useState(() => heights.get(buildId));
  const newest = useRef(rows);
  newest.current = rows;
  useLayoutEffect(
    () => () => {
      if (list.current) heights.set(buildId, { rows: newest.current, cache: list.current.cache });
    },
    [buildId, list],
  );
  return known?.rows === rows ? { cache: known.cache } : {};
}

function List({ ref, ...rest }: CustomContainerComponentProps) {
  return <ol {...(rest as ComponentProps<"ol">)} ref={ref as never} aria-label={t("tabs.conversation")} />;
}

function Item({ ref, index, style, children }: CustomItemComponentProps) {
  const { rows, earlier, marked } = useContext(TheRows);
  const row = rows[index];
  const said = row?.kind === "said" ? row : undefined;
  const speaking = useSaying(said?.item ? undefined : said?.key, (saying) => saying?.role);
  const speaker = said?.item?.author ?? speaking;
  const continued = speaker !== undefined && said?.before === speaker;
  const gap = index === 0 && earlier === 0 ? "" : continued ? "pt-1.5" : "pt-5";
  return (
    <li
      ref={ref as never}
      style={style}
      data-message={said?.key}
      data-testid={said ? undefined : "taken-back"}
      aria-busy={said && !said.item}
      aria-setsize={earlier + rows.length}
      aria-posinset={earlier + index + 1}
      className={said?.folded ? "border-line border-l-2 pl-4" : ""}
    >
      {/* Within, not on the row itself: what is measured of a row is what is in it. */}
      <div className={gap}>
        <div data-pointed-at={said && said.key === marked ? "" : undefined} className="rounded-control">
          {children}
        </div>
      </div>
    </li>
  );
}

/** The messages that are being said right now. */
export function useLive(items: ConversationItem[]): string[] {
  const known = useMemo(() => new Set(items.map((item) => item.id)), [items]);
  return useStreams(useShallow((streams) => Object.keys(streams.messages).filter((id) => !known.has(id))));
}

/** What was taken back: folded away, but there to be read. */
function Fold({ row, onFold }: { row: Row & { kind: "fold" }; onFold: Props["onFold"] }) {
  const { count, rolledBackTo, open } = row;
  return (
    <button
      type="button"
      aria-expanded={open}
      onClick={() => onFold(row.key, !open)}
      className="flex items-center gap-3.5 text-left text-small text-third hover:text-ink"
    >
      <span className="flex size-6 shrink-0 items-center justify-center">
        <Undo2 size={14} aria-hidden />
      </span>
      {rolledBackTo
        ? t("conversation.takenBack", { phase: t(`states.${rolledBackTo}`), count })
        : t("conversation.saidAnew", { count })}
      <ChevronRight size={14} aria-hidden className={open ? "rotate-90" : ""} />
    </button>
  );
}
