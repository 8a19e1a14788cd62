import { useState } from "react";
import { type BuildDetail, call, client, queries } from "../../backend";
import { sentence } from "../../shared/Notice";

type Ask = Parameters<typeof call<BuildDetail>>[0];

/** Something that the person asks of a build: one at a time, the answer shown at once, an error kept until it is read. */
export function useBuildAction() {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const act = async (ask: () => Ask): Promise<boolean> => {
    if (busy) return false;
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
      setBusy(false);
    }
  };
  return { act, busy, error, forget: () => setError(null) };
}
