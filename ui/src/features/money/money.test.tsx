import { fireEvent, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import type { ModelCall } from "../../backend";
import { aBuild, backend, show } from "../../test/backend";
import { BudgetDialog } from "./BudgetDialog";
import { amountOf } from "./BudgetField";
import { share } from "./budget";
import { UsageDialog } from "./UsageDialog";

const usage = { input_tokens: 900, output_tokens: 100, cost: 0.5, elapsed_ms: 0 };

describe("a budget", () => {
  it("takes amounts as people type them, and nothing else", () => {
    expect(amountOf("$ 1,234.567", "dollars")).toBe(1234.57);
    expect(amountOf("200 000", "tokens")).toBe(200_000);
    expect(amountOf("2,50", "dollars")).toBe(2.5);
    expect(amountOf("1,000", "tokens")).toBe(1000);
    for (const text of ["", " ", "five", "-1", "0", "1e999", "0.001"])
      expect(amountOf(text, "dollars"), text).toBeNull();
  });

  it("is used in its own unit, and not known where the price is not", () => {
    expect(share({ ...usage, budget: { unit: "dollars", amount: 2 } })).toBe(0.25);
    expect(share({ ...usage, budget: { unit: "tokens", amount: 4000 } })).toBe(0.25);
    expect(share({ ...usage, cost: null, budget: { unit: "dollars", amount: 2 } })).toBeNull();
    expect(share({ ...usage, budget: null })).toBeNull();
  });

  it("offers as much again when it is used up, and goes on with what was typed", async () => {
    const standstill = {
      code: "budget_used_up",
      reason: "It is used up.",
      facts: "{}",
      next_action: "raise_budget" as const,
    };
    const build = aBuild({ standstill, usage: { ...usage, budget: { unit: "dollars", amount: 5 } } });
    const asked = backend({ set_budget: () => build });
    const closed = vi.fn();
    show(<BudgetDialog build={build} onClose={closed} />);
    const field = screen.getByTestId("budget-amount") as HTMLInputElement;
    expect(field.value).toBe("10.00");
    fireEvent.change(field, { target: { value: "12.5" } });
    fireEvent.click(screen.getByText("Set and go on"));
    await waitFor(() => expect(closed).toHaveBeenCalled());
    expect(asked.find((each) => each.command === "set_budget")?.args).toMatchObject({
      budget: { unit: "dollars", amount: 12.5 },
    });
  });
});

it("shows usage by role and attempt, each call of it, and what failed", async () => {
  const call = (change: Partial<ModelCall>): ModelCall => ({
    role: "code_writer",
    phase: "implementation",
    attempt: 1,
    turn: 1,
    model: "qwen3-coder",
    input_tokens: 1000,
    output_tokens: 50,
    cost: 0.01,
    ms: 2000,
    ended_at: `2026-11-21T10:00:0${change.turn ?? 1}.000000Z`,
    fault: null,
    ...change,
  });
  const calls = [call({}), call({ turn: 2, cost: null, fault: "qwen3-coder said nothing for 60 s.", input_tokens: 0 })];
  backend({ usage: () => ({ calls, input_tokens: 1000, output_tokens: 100, cost: null }) });
  show(<UsageDialog build={aBuild()} onClose={() => {}} onBudget={() => {}} />);
  expect(await screen.findByText(/Code Writer · Implementation/)).toBeTruthy();
  expect(screen.getByText("qwen3-coder said nothing for 60 s.")).toBeTruthy();
  expect(screen.getByText("2 calls")).toBeTruthy();
  expect(screen.getAllByText("not known").length).toBeGreaterThan(0);
});
