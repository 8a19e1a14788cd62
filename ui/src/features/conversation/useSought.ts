import { type RefObject, useEffect } from "react";
import { useDesk } from "../../desk";

const MARKED_MS = 2500;
/** What comes into sight is laid out only then, and pushes the message away: it is followed for some frames. */
const FOLLOWED = 8;

/** Leads to the message that a search found: the conversation is scrolled to it, and it is marked for a moment. */
export function useSought(list: RefObject<HTMLElement | null>, here: boolean, letGo: () => void) {
  const sought = useDesk((desk) => desk.sought);
  useEffect(() => {
    if (!here || !sought) return;
    const message = list.current?.querySelector(`[data-message="${CSS.escape(sought.messageId)}"]`);
    let frame = 0;
    const follow = () => {
      // The list that keeps to its end would take the reader back there.
      letGo();
      if (list.current && message) toMiddle(list.current, message);
      frame += 1;
      if (frame < FOLLOWED) requestAnimationFrame(follow);
      else useDesk.setState({ sought: null });
    };
    requestAnimationFrame(follow);
    message?.setAttribute("data-pointed-at", "");
    setTimeout(() => message?.removeAttribute("data-pointed-at"), MARKED_MS);
  }, [list, here, sought, letGo]);
}

/** Scrolls the list alone: `scrollIntoView` moves everything around it, too. */
function toMiddle(list: HTMLElement, element: Element) {
  const [inner, outer] = [element.getBoundingClientRect(), list.getBoundingClientRect()];
  list.scrollTop += inner.top - outer.top - (outer.height - inner.height) / 2;
}
