import { type BuildSummary, call, commands } from "../../backend";
import { useDesk } from "../../desk";
import { forget, tell } from "../../shared/Done";
import { t } from "../../words";

/** Whether a move to the trash ends something that the person would miss. */
export function stopsSomething(build: BuildSummary): boolean {
  return isAtWork(build) || build.url !== null;
}

export function isAtWork(build: BuildSummary): boolean {
  return build.status === "active" && build.waiting_for === "role";
}

/** Moves a build to the trash and says how that is undone. */
export async function moveToTrash({ workflow_id: id, title }: BuildSummary): Promise<void> {
  const { stopped } = await call(commands.moveToTrash(id));
  const { place, go } = useDesk.getState();
  // Stopping what was at work took a moment: whoever went elsewhere stays there.
  if (place.view === "build" && place.id === id) go({ view: "new" });
  tell({
    text: t("trash.moved", { title }),
    action: {
      label: t("trash.undo"),
      run: async () => {
        await call(commands.restoreBuild(id, stopped));
        useDesk.getState().openBuild(id);
      },
    },
  });
}

/** Takes a build out of the trash and opens it. */
export async function restore(id: string): Promise<void> {
  await call(commands.restoreBuild(id, false));
  forget();
  useDesk.getState().openBuild(id);
}
