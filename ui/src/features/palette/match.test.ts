import { expect, test } from "vitest";
import { score } from "./match";

const TITLES = [
  "Open the project folder",
  "Go to Plan",
  "Go to Tests",
  "Settings",
  "Statistics",
  "Light appearance",
  "Roll back to Testing…",
  "Überblick",
  "Project",
];

const best = (typed: string) =>
  TITLES.map((title) => ({ title, points: score(typed, title) }))
    .filter(({ points }) => points > 0)
    .sort((a, b) => b.points - a.points)
    .map(({ title }) => title);

test.each([
  ["plan", "Go to Plan"],
  ["gtp", "Go to Plan"],
  ["fold", "Open the project folder"],
  ["folder open", "Open the project folder"],
  ["setings", "Settings"],
  ["stat", "Statistics"],
  ["uber", "Überblick"],
  ["UBER", "Überblick"],
  ["back test", "Roll back to Testing…"],
  ["project", "Project"],
])("%s finds %s first", (typed, title) => {
  expect(best(typed)[0]).toBe(title);
});

test("what does not fit is not found, and every word has to", () => {
  expect(best("zebra")).toEqual([]);
  expect(best("plan zebra")).toEqual([]);
  expect(best("   ")).toEqual([]);
  expect(best("…")).toEqual([]);
});

test("what something is also known by counts for less than its name", () => {
  expect(score("mode", "Dark appearance", "Theme, mode")).toBeGreaterThan(0);
  expect(score("mode", "Dark appearance", "Theme, mode")).toBeLessThan(score("mode", "Mode"));
});
