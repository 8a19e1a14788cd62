import { useRef, useState } from "react";
import { type BuildDetail, call, client, queries } from "../../backend";
import { sentence } from "../../shared/Notice";

type Ask = Parameters<typeof call<BuildDetail>>[0];

/** Something that the person asks of a build: one at a time, the answer shown at once, an error kept until it is read. */
export function useBuildAction() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const running = useRef(false);
  const queue = useRef<Promise<boolean>>(Promise.resolve(true));
  const act = async (ask: () => Ask): Promise<boolean> => {
    if (running.current) return false;
    running.current = true;
    setBusy(true);
    setError(null);
    try {
      const build = await call(ask());
      client.setQueryData(queries.build(build.summary.workflow_id).queryKey, build);
      return true;
    } catch (failure) {
      setError(sentence(failure));
      // What was shown may be old: that is the usual reason for a refusal.
      void client.invalidateQueries({ queryKey: ["build"] });
      return false;
    } finally {
      running.current = false;
      setBusy(false);
    }
  };
  /** After everything that was queued before: nothing that was typed is dropped because something else is being saved. */
  const inTurn = (ask: () => Ask): Promise<boolean> => {
    queue.current = queue.current.then(() => act(ask));
    return queue.current;
  };
  /** When all that was queued is done: whether the last of it was. */
  const settled = () => queue.current;
  return { act, inTurn, settled, busy, error, forget: () => setError(null) };
}
