import { useEffect } from "react";
import { useDesk } from "../../desk";

const MARKED_MS = 2500;

/** Leads to the message that a search found: it is scrolled to and marked for a moment. */
export function useSought(here: boolean, letGo: () => void) {
  const sought = useDesk((desk) => desk.sought);
  useEffect(() => {
    if (!here || !sought) return;
    useDesk.setState({ sought: null });
    const message = document.querySelector(`[data-message="${CSS.escape(sought.messageId)}"]`);
    if (!message) return;
    // The list that keeps to its end would take the reader back there.
    letGo();
    message.scrollIntoView({ block: "center" });
    message.setAttribute("data-pointed-at", "");
    setTimeout(() => message.removeAttribute("data-pointed-at"), MARKED_MS);
  }, [here, sought, letGo]);
}
