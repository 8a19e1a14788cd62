import { screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { HandoffCard as Card } from "../../backend";
import { aBuild, backend, show } from "../../test/backend";
import { HandoffCard } from "./HandoffCard";

const build = aBuild();
const card = build.open_handoff as Card;
const shown = () => show(<HandoffCard build={build} card={card} />);

describe("the handoff card", () => {
  it("shows who hands over, and the evidence with what failed marked as failed", () => {
    backend({});
    shown();
    expect(screen.getByRole("heading")).toHaveTextContent("Test Auditor hands over to Verification Overseer");
    const weakened = screen.getByText("Tests were weakened").closest("li") as HTMLElement;
    expect(within(weakened).getByLabelText("✗")).toBeInTheDocument();
    expect(screen.getByText("node --test").tagName).toBe("CODE");
  });

  it("approves exactly what was shown", async () => {
    const asked = backend({ approve_handoff: () => build });
    shown();
    await userEvent.click(screen.getByRole("button", { name: /Approve/ }));
    expect(asked.find(({ command }) => command === "approve_handoff")?.args).toEqual({
      workflowId: "w1",
      handoffId: "h1",
      pin: card.pin,
      dontAskAgain: false,
    });
  });

  it("is approved once, however often it is clicked", async () => {
    const asked = backend({ approve_handoff: () => new Promise((done) => setTimeout(() => done(build), 30)) });
    shown();
    await userEvent.dblClick(screen.getByRole("button", { name: /Approve/ }));
    expect(asked.filter(({ command }) => command === "approve_handoff")).toHaveLength(1);
  });

  it("says why an approval was refused, where the click was", async () => {
    backend({
      approve_handoff: () => {
        throw { code: "approval_void", message: "The handoff changed since you saw it.", facts: "{}" };
      },
    });
    shown();
    await userEvent.keyboard("a");
    expect(await screen.findByRole("alert")).toHaveTextContent("The handoff changed since you saw it.");
  });

  it("asks for a reason before work goes back, and sends it where the person says", async () => {
    const asked = backend({ request_changes: () => build });
    shown();
    await userEvent.keyboard("r");
    const send = screen.getByRole("button", { name: "Send back" });
    expect(send).toBeDisabled();
    await userEvent.type(screen.getByLabelText("What should change?"), "A cent is lost");
    await userEvent.selectOptions(screen.getByRole("combobox"), "Implementation");
    await userEvent.click(send);
    expect(asked.find(({ command }) => command === "request_changes")?.args).toEqual({
      workflowId: "w1",
      handoffId: "h1",
      reason: "A cent is lost",
      target: "implementation",
    });
  });
});
