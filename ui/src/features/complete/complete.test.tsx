import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { useDesk } from "../../desk";
import { aBuild, backend, show } from "../../test/backend";
import { ReleaseTab } from "./ReleaseTab";

const release = {
  url: "http://127.0.0.1:4173/",
  tag: "v1",
  merged_commit: "0301bf9aaaa",
  onto: "main",
  released_at: "2026-11-20T10:10:00Z",
  probe: "200 in 4 ms",
  serving: true,
};
const build = aBuild({ release, open_handoff: null });
const trace = { text: "Work out the tip", priority: "must", evidence: "" };

describe("the release", () => {
  it("says what was built with what proves it, and flags what nothing proves", async () => {
    backend({
      checks: () => ({
        tree_hash: "4f2a",
        checks: [],
        trace: [
          { ...trace, requirement: "R1", verdict: "met", tests: ["works"] },
          { ...trace, requirement: "R2", verdict: "untested", tests: [] },
        ],
      }),
    });
    show(<ReleaseTab build={build} />);
    expect(await screen.findByText("works")).toBeInTheDocument();
    expect(screen.getByText("No test that passed is named with it.")).toBeInTheDocument();
    expect(screen.getByText("1 return")).toBeInTheDocument();
    expect(screen.getByText("48,210")).toBeInTheDocument();
  });

  it("is not live while it is in the trash, and nothing follows from there", async () => {
    backend({ checks: () => ({ tree_hash: null, checks: [], trace: [] }) });
    const summary = { ...build.summary, trashed_at: "2026-11-20T11:00:00Z" };
    show(<ReleaseTab build={{ ...build, summary, release: { ...release, url: null, serving: false } }} />);
    expect(screen.getByTestId("complete-page")).toHaveTextContent(/was live.*nothing of it is served/);
    expect(screen.queryByText("Your build is live!")).toBeNull();
    expect(screen.queryByRole("button", { name: "Change something…" })).toBeNull();
  });

  it("leads to another build in the same project, once, with what should be different", async () => {
    const next = aBuild();
    next.summary.workflow_id = "w2";
    const asked = backend({
      checks: () => ({ tree_hash: null, checks: [], trace: [] }),
      start_build: () => new Promise((done) => setTimeout(() => done(next), 30)),
    });
    show(<ReleaseTab build={build} />);
    await userEvent.click(screen.getByTestId("change-something"));
    await userEvent.type(screen.getByTestId("change-brief"), "Round up");
    await userEvent.dblClick(screen.getByTestId("start-change"));
    await waitFor(() => expect(useDesk.getState().place).toEqual({ view: "build", id: "w2", tab: "conversation" }));
    const started = asked.filter(({ command }) => command === "start_build");
    expect(started).toHaveLength(1);
    expect(started[0]?.args).toMatchObject({
      brief: "Round up",
      project: { kind: "folder", path: "/home/mira/Builds/tips" },
    });
  });
});
