import { type Changed, events } from "./bindings";
import { client } from "./queries";

/** What happened → what is stale because of it. */
const STALE: Record<Changed, string[]> = {
  build: ["builds", "trash", "build", "forecast", "checks", "timeline", "step", "revisions"],
  conversation: ["conversation", "usage", "builds", "build"],
  activity: ["activity", "builds", "build"],
  changes: ["changes", "build"],
  tests: ["tests", "build"],
};

/** Lists over all builds: whichever changed, they are others. */
const OF_ALL = new Set(["builds", "trash"]);

/** Marks queries stale when Rust says that something was committed. Returns what ends it. */
export async function listen(): Promise<() => void> {
  const stale = new Set<string>();
  let scheduled = false;
  const flush = () => {
    scheduled = false;
    for (const key of stale) {
      const [name, id] = key.split(" ");
      void client.invalidateQueries({ queryKey: id ? [name, id] : [name] });
    }
    stale.clear();
  };
  const backups = await events.backupsChanged.listen(() => {
    void client.invalidateQueries({ queryKey: ["backups"] });
    void client.invalidateQueries({ queryKey: ["data"] });
  });
  const builds = await events.buildChanged.listen(({ payload }) => {
    for (const what of payload.what) {
      for (const name of STALE[what]) {
        stale.add(OF_ALL.has(name) || !payload.workflow_id ? name : `${name} ${payload.workflow_id}`);
      }
    }
    // A burst of commits is one look.
    if (!scheduled) {
      scheduled = true;
      setTimeout(flush, 30);
    }
  });
  return () => {
    backups();
    builds();
  };
}
