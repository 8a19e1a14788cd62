import { ChevronRight, Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import { useShallow } from "zustand/react/shallow";
import { type ConversationItem, type State, useStreams } from "../../backend";
import { t } from "../../words";
import { Said } from "./Said";

type Props = {
  items: ConversationItem[];
  /** What stands below the last finished message. */
  children?: ReactNode;
};

/** Everything that was said, and what is being said right now. */
export function Messages({ items, children }: Props) {
  const live = useLive(items);
  const last = items.at(-1);
  return (
    <ol aria-label={t("tabs.conversation")} className="flex flex-col gap-5">
      {stretches(items)
        .flatMap((stretch) =>
          stretch.takenBack
            ? [<TakenBack key={`back-${stretch.items[0]?.id}`} to={stretch.takenBack} items={stretch.items} />]
            : stretch.items.map((item, index) => (
                <Said key={item.id} id={item.id} item={item} before={stretch.items[index - 1]?.author}>
                  {item === last && children}
                </Said>
              )),
        )
        // In one list with the finished ones: an element keeps its place and what was drawn in it.
        .concat(live.map((id) => <Said key={id} id={id} item={undefined} before={last?.author} />))}
    </ol>
  );
}

/** The messages that are being said right now. */
export function useLive(items: ConversationItem[]): string[] {
  const known = new Set(items.map((item) => item.id));
  return useStreams(useShallow((streams) => Object.keys(streams.messages).filter((id) => !known.has(id))));
}

type Stretch = { takenBack: State | null; items: ConversationItem[] };

/** The conversation, parted where a rollback took some of it back. */
function stretches(items: ConversationItem[]): Stretch[] {
  const parted: Stretch[] = [];
  for (const item of items) {
    const open = parted.at(-1);
    if (open && open.takenBack === item.taken_back) open.items.push(item);
    else parted.push({ takenBack: item.taken_back, items: [item] });
  }
  return parted;
}

/** What a rollback took back: folded away, but there to be read. */
function TakenBack({ to, items }: { to: State; items: ConversationItem[] }) {
  return (
    <li data-testid="taken-back">
      <details className="group">
        <summary className="flex cursor-pointer list-none items-center gap-3.5 text-small text-third hover:text-ink">
          <span className="flex size-6 shrink-0 items-center justify-center">
            <Undo2 size={14} aria-hidden />
          </span>
          {t("conversation.takenBack", { phase: t(`states.${to}`), count: items.length })}
          <ChevronRight size={14} aria-hidden className="group-open:rotate-90" />
        </summary>
        <ol className="mt-4 flex flex-col gap-5 border-line border-l-2 pl-4">
          {items.map((item, index) => (
            <Said key={item.id} id={item.id} item={item} before={items[index - 1]?.author} />
          ))}
        </ol>
      </details>
    </li>
  );
}
