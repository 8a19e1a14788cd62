import { queue } from "./queue";

const inTurn = queue();

const afterAFrame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)));

/**
 * Work that makes something nicer that is there already, one piece a frame at most: what scrolls by goes on scrolling. What came to nothing
 * is left as it is. Whoever does not want it any longer calls what comes back; it costs no frame then.
 */
export function oneAFrame(work: () => Promise<void>): () => void {
  let gone = false;
  const inItsFrame = async () => {
    if (!gone) await afterAFrame();
    if (!gone) await work();
  };
  void inTurn(inItsFrame).catch(() => undefined);
  return () => {
    gone = true;
  };
}
