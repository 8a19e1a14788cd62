import { useCallback, useLayoutEffect, useRef, useState } from "react";

/** So near to the end is at the end. */
const NEAR = 48;

/** So long after a wheel or a key, in milliseconds, the view moves because of it. */
const GESTURE = 700;
/** So long after its content changed, the view may move because of that. */
const CHANGE = 250;

/**
 * Keeps a scrolled view at its end while new things come. Who scrolls up to read stays where they are. That is told from what moves the view
 * without anybody: content that gets shorter and longer again before the view is asked where it is, and a list that measures what it draws.
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
    let gestureAt = Number.NEGATIVE_INFINITY;
    let changedAt = Number.NEGATIVE_INFINITY;
    const since = (at: number) => performance.now() - at;
    const onScroll = () => {
      const rest = view.scrollHeight - view.scrollTop - view.clientHeight;
      const byThemselves = since(gestureAt) < GESTURE || (since(changedAt) > CHANGE && view.scrollHeight === height);
      const up = view.scrollTop < top - 1 && byThemselves;
      if (rest <= NEAR && !up) {
        if (!stuck.current) stick(true);
      } else if (stuck.current && rest > 1) {
        if (up) stick(false);
        else view.scrollTop = view.scrollHeight;
      }
      top = view.scrollTop;
      height = view.scrollHeight;
    };
    const onGesture = (event: Event) => {
      if (leadsUp(event, view)) gestureAt = performance.now();
    };
    const changes = new MutationObserver(() => {
      changedAt = performance.now();
    });
    const follow = new ResizeObserver(() => {
      if (stuck.current) view.scrollTop = view.scrollHeight;
      top = view.scrollTop;
      height = view.scrollHeight;
    });
    changes.observe(inner, { childList: true, subtree: true, characterData: true });
    view.addEventListener("scroll", onScroll, { passive: true });
    for (const kind of GESTURES) view.addEventListener(kind, onGesture, { passive: true });
    follow.observe(inner);
    follow.observe(view);
    return () => {
      view.removeEventListener("scroll", onScroll);
      for (const kind of GESTURES) view.removeEventListener(kind, onGesture);
      changes.disconnect();
      follow.disconnect();
    };
  }, [stick]);

  return { scroller, content, atEnd, stick };
}

const GESTURES = ["wheel", "touchmove", "keydown", "pointerdown", "pointermove"];
const KEYS_UP = ["ArrowUp", "PageUp", "Home", "Tab"];

/** Whether something that a person does can take the view up. */
function leadsUp(event: Event, view: HTMLElement): boolean {
  if (event instanceof WheelEvent) return event.deltaY < 0;
  if (event instanceof KeyboardEvent) return KEYS_UP.includes(event.key) || (event.key === " " && event.shiftKey);
  // The bar at the side, held.
  if (event instanceof MouseEvent)
    return event.target === view && event.buttons === 1 && event.offsetX >= view.clientWidth;
  return true;
}
