import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { ActivityItem, StepDetail } from "../../backend";
import { aBuild, backend, show } from "../../test/backend";
import { Rail } from "./Rail";
import { toolsIn, workRows } from "./work";

const item = (id: string, change: Partial<ActivityItem> = {}): ActivityItem => ({
  id,
  role: "code_writer",
  phase: "implementation",
  attempt: 1,
  tool: "write_file",
  subject: "a.js",
  status: "ok",
  started_at: "2026-11-20T10:00:00Z",
  elapsed_ms: 12,
  ...change,
});

describe("the work", () => {
  const items = [
    item("1"),
    item("2", { tool: "run_command" }),
    item("3", { attempt: 2 }),
    item("4", { phase: "testing", role: "test_auditor", tool: "run_tests" }),
  ];

  it("stands attempt by attempt, with how many steps each took", () => {
    const shown = workRows(items, "").map((row) =>
      row.kind === "attempt" ? [row.of.phase, row.of.attempt, row.count] : row.item.id,
    );
    expect(shown).toEqual([["implementation", 1, 2], "1", "2", ["implementation", 2, 1], "3", ["testing", 1, 1], "4"]);
  });

  it("is that of one tool where one is chosen", () => {
    expect(workRows(items, "run_tests").map((row) => row.kind)).toEqual(["attempt", "call"]);
    expect(toolsIn(items)[0]).toEqual(["write_file", 2]);
  });
});

const detail: StepDetail = {
  summary: "All of it works.",
  attempts: [
    {
      attempt: 1,
      role: "test_auditor",
      model: "practice",
      end: "sent_back",
      started_at: "2026-11-20T10:00:00Z",
      elapsed_ms: 61_000,
      input_tokens: 900,
      output_tokens: 100,
      cost: null,
      sent_back: "A cent is lost",
    },
  ],
  handoffs: [],
  evidence: [
    { ok: true, fact: { kind: "tests", run: 24, failed: 0, ms: 3100, command: "node --test" }, link: "tests" },
  ],
};

describe("a step of the rail", () => {
  it("is looked into: its words, its evidence, its attempts and why it came back", async () => {
    const asked = backend({ step: () => detail });
    show(<Rail build={aBuild()} />);
    await userEvent.click(screen.getByTestId("open-testing"));
    const panel = await screen.findByTestId("step-panel");
    expect(await screen.findByText("All of it works.")).toBeInTheDocument();
    expect(panel).toHaveTextContent("24 tests passed");
    expect(panel).toHaveTextContent("Sent back 1 time of 3");
    expect(panel).toHaveTextContent("Sent back: A cent is lost");
    expect(panel).toHaveTextContent("1 min 1 sec · 1,000 tokens · $0.00 · Practice model");
    expect(asked.find(({ command }) => command === "step")?.args).toEqual({ workflowId: "w1", state: "testing" });
  });

  it("of a handoff says who decided, when, and on what", async () => {
    const pin = { plan_revision: 3, tree_hash: "4f2a91c0aa55", evidence_hash: "e1e2e3" };
    const record = { handoff_id: "h0", from_role: "q_assistant", to_role: "code_writer", at: "2026-11-20T10:00:00Z" };
    backend({
      step: () => ({
        ...detail,
        attempts: [],
        handoffs: [{ ...record, decision: "approved", decided_by: "you", decided_at: record.at, reason: null, pin }],
      }),
    });
    show(<Rail build={aBuild()} />);
    await userEvent.click(screen.getByTestId("open-handoff_to_coder"));
    const panel = await screen.findByTestId("step-panel");
    expect(await screen.findByText("Approved")).toBeInTheDocument();
    expect(panel).toHaveTextContent(/You, \d\d:\d\d/);
    expect(panel).toHaveTextContent("plan 3 · tree 4f2a91c0aa · evidence e1e2e3");
  });

  it("that lies ahead has nothing to show", () => {
    backend({});
    show(<Rail build={aBuild()} />);
    expect(screen.getByTestId("open-deployment")).toBeDisabled();
  });

  it("says how much longer it will likely take, once there is a history", async () => {
    const forecast = {
      duration_ms: null,
      cost: null,
      left_ms: [170_000, 290_000],
      based_on: 2,
      approvals: 1,
      missing: [],
    };
    backend({ forecast: () => forecast });
    show(<Rail build={aBuild()} />);
    expect(await screen.findByText("3 to 5 min")).toBeInTheDocument();
    expect(screen.getByText("Forecast left")).toBeInTheDocument();
  });
});
