import { screen, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { aBuild, backend, show } from "../../test/backend";
import { Rail } from "./Rail";

describe("the rail", () => {
  it("shows eleven steps, the one that waits, and how often work came back", () => {
    backend({});
    show(<Rail build={aBuild()} />);
    expect(screen.getAllByRole("listitem")).toHaveLength(11);
    expect(screen.getByText("60% · 7 of 11")).toBeInTheDocument();
    const here = screen.getAllByRole("listitem").filter((step) => step.getAttribute("aria-current") === "step");
    expect(here).toHaveLength(1);
    expect(here[0]).toHaveTextContent("Waiting for your approval");
    expect(within(screen.getByTestId("rail-testing")).getByText(/sent back 1 of 3: 1 test failed/)).toBeInTheDocument();
    expect(screen.getByText("Ready to Build, by you")).toBeInTheDocument();
  });

  it("waits for nobody at a handoff that was approved while the build was paused", () => {
    backend({});
    const build = aBuild({ open_handoff: null });
    show(<Rail build={{ ...build, summary: { ...build.summary, status: "paused", waiting_for: "your_decision" } }} />);
    expect(screen.queryByText("Waiting for your approval")).toBeNull();
  });

  it("never calls a build without a price free of tokens", () => {
    backend({});
    show(<Rail build={aBuild()} />);
    expect(screen.getByText("48,210")).toBeInTheDocument();
    expect(screen.getByText("Practice model")).toBeInTheDocument();
  });
});
