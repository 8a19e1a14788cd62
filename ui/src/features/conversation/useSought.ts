import { useEffect, useState } from "react";
import type { ConversationItem } from "../../backend";
import { useDesk } from "../../desk";

const MARKED_MS = 2500;
/** A list that has just been opened measures what it draws, and that moves the message away: it is led to again meanwhile. */
const AGAIN_MS = [60, 160, 320, 600];

/** Leads to the message that somebody looked for elsewhere, as soon as it is here: it is brought into sight and marked for a moment. */
export function useSought(
  items: ConversationItem[],
  /** Some of them are still coming. */
  coming: boolean,
  show: (messageId: string) => void,
): string | null {
  const sought = useDesk((desk) => desk.sought);
  const [marked, setMarked] = useState<string | null>(null);
  useEffect(() => {
    if (!sought || items.length === 0) return;
    const isHere = items.some((item) => item.id === sought.messageId);
    if (!isHere && coming) return;
    useDesk.setState({ sought: null });
    if (!isHere) return;
    show(sought.messageId);
    setMarked(sought.messageId);
  }, [sought, items, coming, show]);
  useEffect(() => {
    if (marked === null) return;
    const again = AGAIN_MS.map((after) => setTimeout(() => show(marked), after));
    const end = setTimeout(() => setMarked(null), MARKED_MS);
    return () => [...again, end].forEach(clearTimeout);
  }, [marked, show]);
  return marked;
}
