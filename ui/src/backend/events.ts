import { type Changed, events } from "./bindings";
import { client } from "./client";

/** What happened → what is stale because of it. */
const STALE: Record<Changed, string[]> = {
  build: ["builds", "trash", "build", "forecast", "checks", "timeline", "step", "revisions", "statistics"],
  conversation: ["conversation", "usage", "builds", "build", "statistics"],
  activity: ["activity", "builds", "build"],
  changes: ["changes", "build"],
  tests: ["tests", "build"],
};

/** Somebody outside the window asked for a place in it. Returns what ends listening. */
export const onAskedFor = (act: () => void): Promise<() => void> => events.askedFor.listen(act);

/** A burst of commits is one look. */
const BURST = 30;

/** The list of all builds is asked for this often at most: where many are at work, something of it always changes. */
const LIST = 400;

/** Lists over all builds: whichever changed, they are others. */
const OF_ALL = new Set(["builds", "trash", "statistics"]);

/** Marks queries stale when Rust says that something was committed. Returns what ends it. */
export async function listen(): Promise<() => void> {
  const gather = gathering(BURST, (stale) => {
    for (const key of stale) {
      const [name, id] = key.split(" ");
      void client.invalidateQueries({ queryKey: id ? [name, id] : [name] });
    }
  });
  const gatherForLists = gathering(LIST, (stale) => {
    for (const name of stale) void client.invalidateQueries({ queryKey: [name] });
  });
  const versions = await events.updateAsked.listen(() => void client.invalidateQueries({ queryKey: ["update"] }));
  const backups = await events.backupsChanged.listen(() => {
    void client.invalidateQueries({ queryKey: ["backups"] });
    void client.invalidateQueries({ queryKey: ["data"] });
  });
  const builds = await events.buildChanged.listen(({ payload }) => {
    for (const what of payload.what) {
      for (const name of STALE[what]) {
        if (OF_ALL.has(name)) gatherForLists(name);
        else gather(payload.workflow_id ? `${name} ${payload.workflow_id}` : name);
      }
    }
  });
  return () => {
    versions();
    backups();
    builds();
  };
}

/** Gathers what is said within a time: the first thing after a quiet time is passed on in a moment, what follows at its end. */
function gathering(time: number, pass: (gathered: Set<string>) => void): (said: string) => void {
  const gathered = new Set<string>();
  let scheduled = false;
  let passed = Number.NEGATIVE_INFINITY;
  return (said) => {
    gathered.add(said);
    if (scheduled) return;
    scheduled = true;
    setTimeout(
      () => {
        scheduled = false;
        passed = performance.now();
        pass(new Set(gathered));
        gathered.clear();
      },
      Math.max(BURST, passed + time - performance.now()),
    );
  };
}
