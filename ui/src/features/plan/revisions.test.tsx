import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { PlanRevision, Requirements } from "../../backend";
import { aBuild, backend, show } from "../../test/backend";
import { differences } from "./differences";
import { PlanTab } from "./PlanTab";

const build = aBuild();
const { requirements, plan } = build;
const feature = (id: string, text: string) => ({ id, text, priority: "must" as const, acceptance: [] });
const revision = (seq: number, features: Requirements["features"]): PlanRevision => ({
  seq,
  number: seq,
  at: "2026-11-20T10:05:00Z",
  role: seq === 1 ? "q_assistant" : null,
  requirements: { ...(requirements as Requirements), features },
  plan,
});

describe("what is different between two revisions", () => {
  const before = revision(1, [feature("R1", "Work out the tip"), feature("R2", "Split"), feature("R3", "Dark")]);
  const of = (features: Requirements["features"]) =>
    differences(before, revision(2, features)).flatMap((group) =>
      group.differences.map(({ id, kind, parts }) => [id, kind, parts.map(({ pieces }) => pieces)] as const),
    );

  it("is said requirement by requirement, and word by word", () => {
    const [changed, added, removed] = of([
      feature("R1", "Work out the whole tip"),
      feature("R2", "Split"),
      feature("R4", "Print"),
    ]);
    expect(changed?.slice(0, 2)).toEqual(["R1", "changed"]);
    expect(changed?.[2][0]?.filter(({ kind }) => kind !== "same").map(({ text }) => text.trim())).toEqual(["whole"]);
    expect(added?.slice(0, 2)).toEqual(["R4", "added"]);
    expect(removed?.slice(0, 2)).toEqual(["R3", "removed"]);
  });

  it("is that something moved, where only the order is another", () => {
    const [r1, r2, r3] = before.requirements.features as [never, never, never];
    expect(of([r2, r1, r3]).map(([id, kind]) => [id, kind])).toEqual([
      ["R2", "moved"],
      ["R1", "moved"],
    ]);
  });

  it("is nothing where both say the same", () => {
    expect(of(before.requirements.features)).toEqual([]);
  });
});

const planning = {
  ...build,
  open_handoff: null,
  summary: { ...build.summary, state: "planning", status: "active", waiting_for: "ready_to_build" } as const,
};
const forecast = { duration_ms: null, cost: null, left_ms: null, based_on: 0, approvals: 3, missing: [] };

describe("revisions", () => {
  it("are listed with who and when, compared, and restored as a new one", async () => {
    const all = [
      revision(1, [feature("R1", "Work out the tip")]),
      revision(2, [feature("R1", "Work out the tip and the total")]),
    ];
    const asked = backend({ forecast: () => forecast, plan_revisions: () => all, restore_revision: () => planning });
    show(<PlanTab build={planning} />);
    expect(await screen.findByText(/Revision 2, by you/)).toBeInTheDocument();
    await userEvent.click(await screen.findByTestId("compare-revisions"));
    const shown = await screen.findByTestId("difference");
    expect(within(shown).getByText(/and the total/).tagName).toBe("INS");
    const [, first] = screen.getAllByTestId("revision");
    expect(first).toHaveTextContent("by Q Assistant");
    await userEvent.click(first as HTMLElement);
    expect(screen.getByText("The first revision: there is nothing before it.")).toBeInTheDocument();
    await userEvent.click(screen.getByTestId("restore-revision"));
    expect(asked.find(({ command }) => command === "restore_revision")?.args).toEqual({
      workflowId: "w1",
      revision: 9,
      seq: 1,
    });
  });

  it("can be taken back one step at once: what was removed comes back where it was", async () => {
    let now: Requirements = {
      ...(requirements as Requirements),
      features: [feature("R1", "One"), feature("R2", "Two"), feature("R3", "Three")],
    };
    const shown = () => ({ ...planning, requirements: now });
    backend({
      forecast: () => forecast,
      plan_revisions: () => [],
      edit_requirements: (args) => {
        now = args.requirements as Requirements;
        return shown();
      },
    });
    show(<PlanTab build={shown()} />);
    const [, second] = await screen.findAllByTestId("row-menu");
    await userEvent.click(second as HTMLElement);
    await userEvent.click(await screen.findByTestId("remove-row"));
    await waitFor(() => expect(now.features.map(({ id }) => id)).toEqual(["R1", "R3"]));
    expect(await screen.findByText("R2 was removed.")).toBeInTheDocument();
    await userEvent.click(screen.getByTestId("undo"));
    await waitFor(() => expect(now.features.map(({ id }) => id)).toEqual(["R1", "R2", "R3"]));
  });

  it("moves a requirement with Alt and an arrow", async () => {
    let now: Requirements = {
      ...(requirements as Requirements),
      features: [feature("R1", "One"), feature("R2", "Two")],
    };
    const shown = () => ({ ...planning, requirements: now });
    backend({
      forecast: () => forecast,
      plan_revisions: () => [],
      edit_requirements: (args) => {
        now = args.requirements as Requirements;
        return shown();
      },
    });
    show(<PlanTab build={shown()} />);
    await userEvent.click(screen.getByRole("textbox", { name: "Requirement R2" }));
    await userEvent.keyboard("{Alt>}{ArrowUp}{/Alt}");
    await waitFor(() => expect(now.features.map(({ id }) => id)).toEqual(["R2", "R1"]));
  });

  it("saves what was typed and not saved when the window went away", async () => {
    const asked = backend({
      forecast: () => forecast,
      plan_revisions: () => [],
      load_draft: ({ key }) =>
        key === "plan-w1" ? JSON.stringify({ "Requirement R1": "Typed before the crash" }) : "",
      edit_requirements: () => planning,
    });
    show(<PlanTab build={planning} />);
    await waitFor(() =>
      expect(JSON.stringify(asked.find(({ command }) => command === "edit_requirements")?.args)).toContain(
        "Typed before the crash",
      ),
    );
  });
});
