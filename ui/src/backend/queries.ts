import { queryOptions } from "@tanstack/react-query";
import { commands, type State, type ToolStatus } from "./bindings";
import { call } from "./call";
import { conversationOf } from "./conversation";

const query = <T>(key: string[], ask: () => ReturnType<typeof call<T>>) =>
  queryOptions({ queryKey: key, queryFn: ask });

export const queries = {
  status: () => query(["status"], () => call(commands.appStatus())),
  settings: () => query(["settings"], () => call(commands.getSettings())),
  keyStorage: () => query(["key-storage"], () => call(commands.keyStorage())),
  connectionKinds: () => query(["connection-kinds"], () => call(commands.connectionKinds())),
  voice: () => query(["voice"], () => call(commands.voiceStatus())),
  surroundings: () => query(["surroundings"], () => call(commands.surroundings())),
  update: () => query(["update"], () => call(commands.updateStatus())),
  microphones: () => query(["microphones"], () => call(commands.microphones())),
  localServers: () => query(["local-servers"], () => call(commands.findLocalServers())),
  draft: (key: string) => query(["draft", key], () => call(commands.loadDraft(key))),
  trash: () => query(["trash"], () => call(commands.listTrash())),
  data: () => query(["data"], () => call(commands.dataStatus())),
  backups: () => query(["backups"], () => call(commands.backupStatus())),
  builds: () => query(["builds"], () => call(commands.listBuilds())),
  build: (id: string) => query(["build", id], () => call(commands.getBuild(id))),
  forecast: (id: string) => query(["forecast", id], () => call(commands.forecast(id))),
  conversation: conversationOf,
  activity: (id: string) => query(["activity", id], () => call(commands.activity(id))),
  changes: (id: string, attempt: string | null, ignoreSpace: boolean) =>
    query(["changes", id, attempt ?? "", `${ignoreSpace}`], () => call(commands.changes(id, attempt, ignoreSpace))),
  /** What changed between two points stays what it is. */
  patch: (id: string, points: [string, string], ignoreSpace: boolean, path: string, oldPath: string | null) =>
    query(["patch", ...points, `${ignoreSpace}`, path], () =>
      call(commands.filePatch(id, points, ignoreSpace, path, oldPath)),
    ),
  inAndOut: (activityId: string, status: ToolStatus) =>
    query(["in-and-out", activityId, status], () => call(commands.inAndOut(activityId))),
  testRun: (id: string, runId: string) => query(["test-run", id, runId], () => call(commands.testRun(id, runId))),
  step: (id: string, state: State) => query(["step", id, state], () => call(commands.step(id, state))),
  revisions: (id: string) => query(["revisions", id], () => call(commands.planRevisions(id))),
  testRuns: (id: string) => query(["tests", id], () => call(commands.testRuns(id))),
  checks: (id: string) => query(["checks", id], () => call(commands.checks(id))),
  attachedFile: (hash: string) => query(["attached-file", hash], () => call(commands.attachedFile(hash))),
  image: (hash: string) => query(["image", hash], () => call(commands.image(hash))),
  usage: (id: string) => query(["usage", id], () => call(commands.usage(id))),
  told: (id: string, phase: State, attempt: number) =>
    query(["told", id, phase, `${attempt}`], () => call(commands.told(id, phase, attempt))),
  /** Of a project or of all; of builds begun in the last days or at any time. */
  statistics: (project: string | null, days: number | null) =>
    query(["statistics", project ?? "", `${days ?? ""}`], () => call(commands.statistics(project, days))),
  /** What is found changes with every word that is said: it is asked for anew, and not kept. */
  search: (typed: string) => ({
    ...query(["search", typed], () => call(commands.search(typed))),
    staleTime: 0,
    gcTime: 0,
  }),
  timeline: (id: string) => query(["timeline", id], () => call(commands.timeline(id))),
};
