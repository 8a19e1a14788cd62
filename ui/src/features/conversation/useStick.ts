import { useCallback, useLayoutEffect, useRef, useState } from "react";

/** So near to the end is at the end. */
const NEAR = 48;

/**
 * Keeps a scrolled view at its end while new things come. Who scrolls up to read stays where they are. A list that measures what it draws
 * moves the view itself; that is no scrolling: the view went up although nothing below it went away.
 */
export function useStick() {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const stuck = useRef(true);
  const [atEnd, setAtEnd] = useState(true);

  const stick = useCallback((to: boolean) => {
    stuck.current = to;
    setAtEnd(to);
    const view = scroller.current;
    if (to && view) view.scrollTop = view.scrollHeight;
  }, []);

  useLayoutEffect(() => {
    const view = scroller.current;
    const inner = content.current;
    if (!view || !inner) return;
    let top = view.scrollTop;
    let height = view.scrollHeight;
    const onScroll = () => {
      const rest = view.scrollHeight - view.scrollTop - view.clientHeight;
      const up = view.scrollTop < top - 1 && view.scrollHeight >= height;
      if (rest <= NEAR && !up) {
        if (!stuck.current) stick(true);
      } else if (up && rest > 1 && stuck.current) {
        stick(false);
      }
      top = view.scrollTop;
      height = view.scrollHeight;
    };
    const follow = new ResizeObserver(() => {
      if (stuck.current) view.scrollTop = view.scrollHeight;
      top = view.scrollTop;
      height = view.scrollHeight;
    });
    view.addEventListener("scroll", onScroll, { passive: true });
    follow.observe(inner);
    follow.observe(view);
    return () => {
      view.removeEventListener("scroll", onScroll);
      follow.disconnect();
    };
  }, [stick]);

  return { scroller, content, atEnd, stick };
}
