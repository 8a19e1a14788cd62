import type { BuildGroup, BuildSummary } from "../../backend";

/** The groups of the list of builds, from top to bottom. */
export const GROUPS: BuildGroup[] = ["waiting", "working", "live", "stopped"];

/** The builds as they stand in the list. */
export const inOrder = (builds: BuildSummary[]): BuildSummary[] =>
  GROUPS.flatMap((group) => builds.filter((build) => build.group === group));
