import type { BuildGroup, BuildSummary } from "../../backend";
import type { Grouping } from "../../desk";
import { t } from "../../words";

const WAITING_FIRST: BuildGroup[] = ["waiting", "working", "live", "stopped"];

/** A line of the list: the head of a group, or a build. */
export type Line = { key: string; head: { label: string; title?: string } } | { key: string; build: BuildSummary };

/** The builds under their heads. In a group they keep the order they come in: the newest change first. */
export function lines(builds: BuildSummary[], grouping: Grouping): Line[] {
  return grouping === "waiting" ? byWaiting(builds) : byProject(builds);
}

/** The builds alone, as they stand in the list. */
export const inOrder = (builds: BuildSummary[], grouping: Grouping): BuildSummary[] =>
  lines(builds, grouping).flatMap((line) => ("build" in line ? [line.build] : []));

const row = (build: BuildSummary): Line => ({ key: build.workflow_id, build });

function byWaiting(builds: BuildSummary[]): Line[] {
  return WAITING_FIRST.flatMap((group) => {
    const members = builds.filter((build) => build.group === group).map(row);
    return members.length === 0 ? [] : [{ key: group, head: { label: t(`builds.${group}`) } }, ...members];
  });
}

/** The project with the newest change first. */
function byProject(builds: BuildSummary[]): Line[] {
  const projects = new Map<string, BuildSummary[]>();
  for (const build of builds) {
    const members = projects.get(build.project.id);
    if (members) members.push(build);
    else projects.set(build.project.id, [build]);
  }
  return [...projects.values()].flatMap((members) => {
    const project = members[0]?.project;
    if (!project) return [];
    return [{ key: project.id, head: { label: project.name, title: project.path } }, ...members.map(row)];
  });
}
