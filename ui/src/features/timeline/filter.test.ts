import { expect, test } from "vitest";
import type { ChainCheck, TimelineItem } from "../../backend";
import { type Filter, lines, toggled } from "./filter";

const item = (seq: number, change: Partial<TimelineItem> = {}): TimelineItem => ({
  seq,
  kind: "work",
  event_type: "state_changed",
  by: "product",
  role: null,
  at: `2026-11-${seq < 3 ? 20 : 21}T12:00:00.000000Z`,
  title: "",
  event: { kind: "state_changed", from: "planning", to: "testing" },
  data: "{}",
  hash: `h${seq}`,
  ...change,
});

const ITEMS = [
  item(1),
  item(2, {
    kind: "handoff",
    by: "code_writer",
    role: "code_writer",
    event: { kind: "handed_over", from: "code_writer", to: "test_auditor", tree: "4f2a" },
  }),
  item(3, { kind: "handoff", by: "you", event: { kind: "handoff_approved", reason: null } }),
  item(4),
];

const EVERYTHING: Filter = { words: "", kinds: new Set(), by: new Set() };

const shown = (filter: Partial<Filter>, chain: ChainCheck | null = null) =>
  lines(ITEMS, { ...EVERYTHING, ...filter }, chain).map((line) =>
    "day" in line ? line.day : "broken" in line ? "broken" : line.item.seq,
  );

test("days part the events", () => {
  expect(shown({})).toEqual(["2026-11-20", 1, 2, "2026-11-21", 3, 4]);
});

test("kinds, people and words narrow it down together", () => {
  expect(shown({ kinds: new Set(["handoff"]) })).toEqual(["2026-11-20", 2, "2026-11-21", 3]);
  expect(shown({ kinds: new Set(["handoff"]), by: new Set(["you"]) })).toEqual(["2026-11-21", 3]);
  expect(shown({ words: "writer hand" })).toEqual(["2026-11-20", 2]);
  expect(shown({ words: "h4" })).toEqual(["2026-11-21", 4]);
  expect(shown({ words: "nowhere" })).toEqual([]);
});

test("where the chain breaks is seen, also when the event itself is filtered away", () => {
  const chain: ChainCheck = { ok: false, events: 4, detail: "", broken_at: 2, head: "" };
  expect(shown({}, chain)).toEqual(["2026-11-20", 1, "broken", 2, "2026-11-21", 3, 4]);
  expect(shown({ kinds: new Set(["work"]) }, chain)).toEqual(["2026-11-20", 1, "2026-11-21", "broken", 4]);
});

test("a toggle takes in and out", () => {
  expect([...toggled(toggled(new Set(["a"]), "b"), "a")]).toEqual(["b"]);
});
