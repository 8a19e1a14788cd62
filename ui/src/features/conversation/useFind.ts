import { type RefObject, useDeferredValue, useEffect, useMemo, useState } from "react";
import type { ConversationItem } from "../../backend";
import { found, placesIn } from "./find";

/** Names of the marks, as the style sheet has them. */
const ALL = "found";
const HERE = "found-here";

type Wanted = {
  items: ConversationItem[];
  scroller: RefObject<HTMLElement | null>;
  /** Brings a message into sight. */
  show: (messageId: string) => void;
};

/**
 * Finding within a conversation, in messages that are not drawn too. A find is a message; within it every place is marked, as far as it is
 * drawn, and the first place is brought into sight.
 */
export function useFind({ items, scroller, show }: Wanted) {
  const [open, setOpen] = useState(false);
  const [words, setWords] = useState("");
  const wanted = useDeferredValue(words);
  const finds = useMemo(() => (open ? found(items, wanted) : []), [open, items, wanted]);
  const [at, setAt] = useState<string | null>(null);
  const index = finds.findIndex((item) => item.id === at);
  const here = index === -1 ? null : at;

  const lead = (to: ConversationItem | undefined) => {
    setAt(to?.id ?? null);
    if (to) show(to.id);
  };
  // The newest find is the first that is shown: the conversation is read from its end.
  const newest = finds.at(-1);
  // What is typed leads; what is said meanwhile does not.
  useEffect(() => {
    if (open && here === null) lead(newest);
  }, [open, wanted, newest?.id]);

  useEffect(() => {
    const view = scroller.current;
    if (!open || !view || !CSS.highlights) return;
    let centred = false;
    const mark = () => {
      const places = [...view.querySelectorAll("[data-message]")].map(
        (row) => [row.getAttribute("data-message"), placesIn(row, wanted)] as const,
      );
      const ranges = (inHere: boolean) => places.flatMap(([id, each]) => ((id === here) === inHere ? each : []));
      CSS.highlights.set(ALL, new Highlight(...ranges(false)));
      const current = ranges(true);
      CSS.highlights.set(HERE, new Highlight(...current));
      if (!centred && current[0]) {
        centred = true;
        centre(view, current[0]);
      }
    };
    let due = requestAnimationFrame(mark);
    const drawn = new MutationObserver(() => {
      cancelAnimationFrame(due);
      due = requestAnimationFrame(mark);
    });
    drawn.observe(view, { childList: true, subtree: true, characterData: true });
    return () => {
      cancelAnimationFrame(due);
      drawn.disconnect();
      CSS.highlights.delete(ALL);
      CSS.highlights.delete(HERE);
    };
  }, [open, wanted, here, scroller]);

  const step = (by: number) => {
    if (finds.length === 0) return;
    const from = index === -1 ? finds.length : index;
    lead(finds[(from + by + finds.length) % finds.length]);
  };
  return {
    open,
    words,
    count: finds.length,
    /** From 1; 0 where there is none. */
    number: index + 1,
    here,
    begin: () => setOpen(true),
    end: () => {
      setOpen(false);
      setAt(null);
    },
    type: (next: string) => {
      setWords(next);
      setAt(null);
    },
    next: () => step(1),
    previous: () => step(-1),
  };
}

/** In a long message the place itself is brought into sight. */
function centre(view: HTMLElement, place: Range) {
  const { top, bottom } = place.getBoundingClientRect();
  const frame = view.getBoundingClientRect();
  if (top >= frame.top && bottom <= frame.bottom) return;
  view.scrollTop += (top + bottom) / 2 - (frame.top + frame.bottom) / 2;
}
