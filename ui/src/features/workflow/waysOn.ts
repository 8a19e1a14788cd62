import { commands, type NextAction } from "../../backend";
import { useDesk } from "../../desk";
import type { useBuildAction } from "../builds/useBuildAction";

type Asking = { raise: () => void; rollBack: () => void };

/** What a build that stands still is helped on with: the one way that it names. */
export function waysOn(
  id: string,
  act: ReturnType<typeof useBuildAction>["act"],
  { raise, rollBack }: Asking,
): Record<NextAction, () => void> {
  const tryAgain = () => void act(() => commands.tryAgain(id));
  return {
    try_again: tryAgain,
    confirm_release: tryAgain,
    resume: () => void act(() => commands.resumeBuild(id)),
    raise_budget: raise,
    raise_retry_limit: () => void act(() => commands.raiseRetryLimit(id)),
    roll_back: rollBack,
    connect_model: () => useDesk.getState().go({ view: "settings", section: "models", connecting: { forBuild: id } }),
  };
}
