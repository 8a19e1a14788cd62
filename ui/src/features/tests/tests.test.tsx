import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { TestCaseResult, TestRun, TestRunDetail } from "../../backend";
import { aBuild, backend, show } from "../../test/backend";
import { ChecksTab } from "./ChecksTab";
import { caseRows } from "./cases";
import { TestsTab } from "./TestsTab";

const one = (name: string, change: Partial<TestCaseResult> = {}): TestCaseResult => ({
  suite: ["a.test.js"],
  name,
  outcome: "passed",
  ms: 2,
  output: "",
  change: null,
  ...change,
});

const CASES = [
  one("first"),
  one("second", { suite: ["b.test.js"] }),
  one("third", { suite: ["b.test.js"], outcome: "failed", change: "newly_failing", output: "1 is not 2" }),
];

describe("cases", () => {
  const names = (...[filter, wanted]: ["all" | "failed" | "changed", string]) =>
    caseRows(CASES, filter, wanted, new Set()).map((row) => (row.kind === "suite" ? row.name : row.case.name));

  it("stand in their files, what failed first", () => {
    expect(names("all", "")).toEqual(["b.test.js", "third", "second", "a.test.js", "first"]);
  });

  it("are found by what is wanted", () => {
    expect(names("failed", "")).toEqual(["b.test.js", "third"]);
    expect(names("changed", "")).toEqual(["b.test.js", "third"]);
    expect(names("all", "FIRST")).toEqual(["a.test.js", "first"]);
  });

  it("of a closed file are hidden", () => {
    expect(caseRows(CASES, "all", "", new Set(["b.test.js"]))).toHaveLength(3);
  });
});

const run: TestRun = {
  id: "t1",
  at: "2026-11-20T10:00:00Z",
  phase: "testing",
  attempt: 2,
  command: "node --test",
  exit_code: 1,
  counts: { run: 3, passed: 2, failed: 1, skipped: 0, failures: [] },
  passed: false,
  elapsed_ms: 3100,
  tree_hash: "4f2a91c",
};
const detail: TestRunDetail = { log: "the whole log", cases: CASES, gone: ["a.test.js › old"], compared: true };

describe("the tests", () => {
  it("say what ran, on which tree, and show what a failing case printed", async () => {
    backend({ test_runs: () => [run], test_run: () => detail });
    show(<TestsTab build={aBuild()} />);
    expect(await screen.findByText("1 of 3 tests failed")).toBeInTheDocument();
    expect(await screen.findByText("1 is not 2")).toBeInTheDocument();
    await userEvent.click(screen.getByTestId("whole-log"));
    expect(screen.getByText("the whole log")).toBeInTheDocument();
    await userEvent.click(screen.getByTestId("cases-changed"));
    expect(screen.getByText("1 case is gone since the run before")).toBeInTheDocument();
  });

  it("say that a runner names no cases, and show its output", async () => {
    backend({ test_runs: () => [run], test_run: () => ({ ...detail, cases: [], gone: [], compared: false }) });
    show(<TestsTab build={aBuild()} />);
    expect(await screen.findByText(/does not name its cases/)).toBeInTheDocument();
    expect(screen.getByText("the whole log")).toBeInTheDocument();
  });

  it("say what comes here before there is a run", async () => {
    backend({ test_runs: () => [] });
    show(<TestsTab build={aBuild()} />);
    expect(await screen.findByRole("heading", { name: "No test run yet" })).toBeInTheDocument();
  });
});

describe("the checks", () => {
  it("flag a requirement that no test proves", async () => {
    const row = { requirement: "R1", text: "Tip", priority: "must", verdict: "met", tests: ["works"], evidence: "" };
    backend({
      test_runs: () => [],
      checks: () => ({
        tree_hash: "4f2a91c",
        checks: [{ name: "Tests pass again", ok: true, detail: "3 run" }],
        trace: [row, { ...row, requirement: "R2", verdict: "untested", tests: [] }],
      }),
    });
    show(<ChecksTab id="w1" />);
    expect(await screen.findByText("1 requirement has no test that passed: R2")).toBeInTheDocument();
    expect(screen.getAllByText("No test that passed is named with it.")).toHaveLength(1);
  });
});
