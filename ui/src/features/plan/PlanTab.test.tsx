import { useQuery } from "@tanstack/react-query";
import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { type BuildDetail, client, type Forecast, queries } from "../../backend";
import { aBuild, backend, show } from "../../test/backend";
import { PlanTab } from "./PlanTab";

const planned = (change: Partial<BuildDetail> = {}) => {
  const build = aBuild(change);
  return {
    ...build,
    open_handoff: null,
    summary: { ...build.summary, state: "planning", status: "active", waiting_for: "ready_to_build" } as const,
  };
};
const forecast: Forecast = { duration_ms: null, cost: null, left_ms: null, based_on: 0, approvals: 3, missing: [] };

describe("the plan", () => {
  it("builds exactly the revision that is shown", async () => {
    const asked = backend({ forecast: () => forecast, ready_to_build: () => aBuild() });
    show(<PlanTab build={planned()} />);
    const ready = await screen.findByTestId("ready-to-build");
    expect(await screen.findByText("3 approvals")).toBeInTheDocument();
    await userEvent.click(ready);
    expect(asked.find(({ command }) => command === "ready_to_build")?.args).toEqual({
      workflowId: "w1",
      planRevision: 3,
    });
  });

  it("does not build a plan with a gap, and names the gap", async () => {
    backend({ forecast: () => ({ ...forecast, missing: [{ kind: "task_for", requirement: "R2" }] }) });
    show(<PlanTab build={planned()} />);
    expect(await screen.findByText(/No task serves requirement R2/)).toBeInTheDocument();
    expect(screen.getByTestId("ready-to-build")).toBeDisabled();
  });

  it("saves an edit when the field is left, against the revision that was seen", async () => {
    const asked = backend({ forecast: () => forecast, edit_requirements: () => planned() });
    show(<PlanTab build={planned()} />);
    const field = screen.getByRole("textbox", { name: "Requirement R1" });
    await userEvent.clear(field);
    await userEvent.type(field, "Work out tip and total");
    await userEvent.tab();
    const saved = asked.find(({ command }) => command === "edit_requirements")?.args;
    expect(saved).toMatchObject({ workflowId: "w1", revision: 9 });
    expect(JSON.stringify(saved)).toContain("Work out tip and total");
  });

  it("lets a new requirement be written at once, and taken back", async () => {
    let build = planned();
    const asked = backend({
      forecast: () => forecast,
      edit_requirements: ({ requirements }) => {
        build = { ...build, requirements: requirements as typeof build.requirements, revision: build.revision + 1 };
        client.setQueryData(queries.build("w1").queryKey, build);
        return build;
      },
    });
    function Plan() {
      return <PlanTab build={useQuery({ ...queries.build("w1"), initialData: build }).data} />;
    }
    show(<Plan />);
    await userEvent.click(await screen.findByRole("button", { name: "Add a requirement" }));
    const field = await screen.findByRole("textbox", { name: "Requirement R2" });
    await waitFor(() => expect(field).toHaveFocus());
    await userEvent.keyboard("Ring a bell{Enter}");
    expect(field).toHaveValue("Ring a bell");
    await userEvent.click(screen.getByRole("button", { name: "Undo" }));
    await waitFor(() => expect(screen.queryByRole("textbox", { name: "Requirement R2" })).toBeNull());
    expect(asked.filter(({ command }) => command === "edit_requirements")).toHaveLength(3);
  });

  it("keeps what was typed when somebody else was quicker", async () => {
    backend({
      forecast: () => forecast,
      edit_requirements: () => {
        throw { code: "stale_state", message: "The build changed since you saw it.", facts: "{}" };
      },
    });
    show(<PlanTab build={planned()} />);
    const field = screen.getByRole("textbox", { name: "Requirement R1" });
    await userEvent.type(field, " now");
    await userEvent.tab();
    expect(await screen.findByRole("alert")).toHaveTextContent("The build changed since you saw it.");
    expect(field).toHaveValue("Work out the tip now");
  });

  it("loses no edit while another one is being saved, and builds what they left", async () => {
    let build = planned();
    const asked = backend({
      forecast: () => forecast,
      edit_requirements: async ({ requirements, revision }) => {
        await new Promise((resolve) => setTimeout(resolve, 30));
        if (revision !== build.revision) throw { code: "stale_state", message: "It changed.", facts: "{}" };
        build = {
          ...build,
          requirements: requirements as typeof build.requirements,
          revision: build.revision + 1,
          plan_revision: build.plan_revision + 1,
        };
        return build;
      },
      ready_to_build: () => aBuild(),
    });
    show(<PlanTab build={build} />);
    await screen.findByText("3 approvals");
    await userEvent.type(screen.getByRole("textbox", { name: "Requirement R1" }), " now");
    const [acceptance] = screen.getAllByRole("textbox", { name: /R1/ }).slice(1);
    await userEvent.type(acceptance as HTMLElement, " At once.");
    await userEvent.click(screen.getByTestId("ready-to-build"));
    await waitFor(() => expect(asked.some(({ command }) => command === "ready_to_build")).toBe(true));
    expect(JSON.stringify(build.requirements)).toContain("Work out the tip now");
    expect(JSON.stringify(build.requirements)).toContain("At once.");
    expect(asked.find(({ command }) => command === "ready_to_build")?.args).toMatchObject({ planRevision: 5 });
  });

  it("is not built by a key that was meant for what lies on top", async () => {
    const asked = backend({ forecast: () => forecast, ready_to_build: () => aBuild() });
    show(<PlanTab build={planned()} />);
    await screen.findByText("3 approvals");
    await userEvent.click(screen.getByTestId("budget"));
    await screen.findByRole("dialog");
    await userEvent.keyboard("{Control>}{Enter}{/Control}");
    expect(asked.some(({ command }) => command === "ready_to_build")).toBe(false);
  });

  it("cannot be changed once it is being built", () => {
    backend({});
    show(<PlanTab build={aBuild()} />);
    expect(screen.queryByRole("textbox")).toBeNull();
    expect(screen.queryByTestId("ready-to-build")).toBeNull();
    expect(screen.getByText("Work out the tip")).toBeInTheDocument();
  });
});
