import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, describe, expect, it } from "vitest";
import { useDesk } from "../../desk";
import { aBuild, backend, show, theSettings } from "../../test/backend";
import { FirstPage } from "./FirstPage";

const SAMPLE = { id: "tip_calculator", title: "Tip calculator", tagline: "A page", brief: "A tip calculator." };
const quiet = {
  app_status: () => ({ version: "0", data_dir: "/d", store_problem: null, missing_tools: [], samples: [SAMPLE] }),
  get_settings: () => theSettings(),
  find_local_servers: () => [],
};

beforeEach(() => useDesk.setState({ place: { view: "new" } }));

describe("the first page", () => {
  it("builds what was typed, and goes there", async () => {
    const asked = backend({ ...quiet, start_build: () => aBuild() });
    show(<FirstPage />);
    await userEvent.type(screen.getByTestId("composer"), "A clock{Enter}");
    await waitFor(() => expect(useDesk.getState().place).toMatchObject({ view: "build", id: "w1" }));
    const started = asked.filter(({ command }) => command === "start_build");
    expect(started).toHaveLength(1);
    expect(started[0]?.args).toMatchObject({ brief: "A clock", project: { kind: "new" } });
  });

  it("starts one build of one idea, whoever leaves and comes back meanwhile, and stays where they went", async () => {
    let answer = (_: unknown) => {};
    const drafts = new Map<string, string>();
    const asked = backend({
      ...quiet,
      load_draft: ({ key }) => drafts.get(key as string) ?? "",
      save_draft: ({ key, text }) => {
        drafts.set(key as string, text as string);
        return null;
      },
      start_build: () => new Promise((resolve) => (answer = resolve)),
    });
    const first = show(<FirstPage />);
    await userEvent.type(screen.getByTestId("composer"), "A clock{Enter}{Enter}");
    await waitFor(() => expect(asked.some(({ command }) => command === "start_build")).toBe(true));
    first.unmount();
    const second = show(<FirstPage />);
    await waitFor(() => expect(screen.getByTestId("composer")).toHaveValue("A clock"));
    expect(screen.getByTestId("start-build")).toBeDisabled();
    await userEvent.type(screen.getByTestId("composer"), "{Enter}");
    second.unmount();
    useDesk.setState({ place: { view: "trash" } });
    answer(aBuild());
    await waitFor(() => expect(drafts.get("brief")).toBe(""));
    expect(asked.filter(({ command }) => command === "start_build")).toHaveLength(1);
    expect(useDesk.getState().place).toEqual({ view: "trash" });
  });

  it("keeps every word when it cannot be started, and says why", async () => {
    backend({
      ...quiet,
      start_build: () => {
        throw { code: "io", message: "The folder cannot be written. Choose another one.", facts: "{}" };
      },
    });
    show(<FirstPage />);
    await userEvent.type(screen.getByTestId("composer"), "A clock{Enter}");
    expect(await screen.findByRole("alert")).toHaveTextContent("The folder cannot be written. Choose another one.");
    expect(screen.getByTestId("composer")).toHaveValue("A clock");
  });

  it("brings back what was being typed before a crash", async () => {
    backend({ ...quiet, load_draft: ({ key }) => (key === "brief" ? "A half-said idea" : "") });
    show(<FirstPage />);
    await waitFor(() => expect(screen.getByTestId("composer")).toHaveValue("A half-said idea"));
  });

  it("says that the practice model is no AI, and starts a sample in its own project", async () => {
    const asked = backend({ ...quiet, start_build: () => aBuild() });
    show(<FirstPage />);
    expect(await screen.findByText(/no AI is connected/)).toBeInTheDocument();
    await userEvent.click(await screen.findByTestId("sample-tip_calculator"));
    await userEvent.click(screen.getByTestId("start-build"));
    await waitFor(() => expect(asked.some(({ command }) => command === "start_build")).toBe(true));
    expect(asked.find(({ command }) => command === "start_build")?.args).toMatchObject({
      project: { kind: "sample", sample_id: "tip_calculator" },
    });
  });

  it("starts nothing from an empty composer", async () => {
    const asked = backend(quiet);
    show(<FirstPage />);
    await userEvent.type(screen.getByTestId("composer"), "   {Enter}");
    expect(screen.getByTestId("start-build")).toBeDisabled();
    expect(asked.some(({ command }) => command === "start_build")).toBe(false);
  });
});
