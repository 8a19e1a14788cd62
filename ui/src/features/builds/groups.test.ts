import { expect, test } from "vitest";
import type { BuildSummary } from "../../backend";
import { aBuild } from "../../test/backend";
import { lines } from "./groups";

const build = (id: string, group: BuildSummary["group"], project: string): BuildSummary => ({
  ...aBuild().summary,
  workflow_id: id,
  group,
  project: { id: project, name: project, path: `/${project}` },
});

const BUILDS = [
  build("a", "live", "tips"),
  build("b", "waiting", "photos"),
  build("c", "live", "photos"),
  build("d", "waiting", "tips"),
];

const shown = (grouping: "waiting" | "project") =>
  lines(BUILDS, grouping).map((line) => ("head" in line ? `# ${line.head.label}` : line.build.workflow_id));

test("what waits comes first", () => {
  expect(shown("waiting")).toEqual(["# Waiting for you", "b", "d", "# Live", "a", "c"]);
});

test("builds stand under their project, the newest change first", () => {
  expect(shown("project")).toEqual(["# tips", "a", "d", "# photos", "b", "c"]);
});
