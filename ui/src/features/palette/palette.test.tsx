import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test } from "vitest";
import { client, queries } from "../../backend";
import { useDesk } from "../../desk";
import { aBuild, backend, show, theSettings } from "../../test/backend";
import { BuildActions } from "./BuildActions";
import { usePalette } from "./open";
import { WindowActions } from "./WindowActions";

const tips = aBuild().summary;
const notes = { ...tips, workflow_id: "w2", title: "Notes in a drawer", group: "live" as const };

beforeEach(() => {
  usePalette.setState({ open: null, used: false });
  useDesk.setState({ place: { view: "new" }, listFolded: null, railFolded: false });
});

function aWindow(more: Parameters<typeof backend>[0] = {}) {
  const kept: Record<string, string> = {};
  const asked = backend({
    get_settings: () => theSettings(),
    list_builds: () => [tips, notes],
    load_draft: ({ key }) => kept[key as string] ?? "",
    save_draft: ({ key, text }) => {
      kept[key as string] = text as string;
      return null;
    },
    save_settings: ({ settings }) => settings,
    ...more,
  });
  show(
    <>
      <WindowActions />
      <input aria-label="where I was" />
    </>,
  );
  return { asked, kept };
}

const open = async () => {
  await userEvent.keyboard("{Control>}k{/Control}");
  return screen.findByTestId("palette-input");
};

test("a build is found by its title and opened by keyboard alone", async () => {
  aWindow();
  await waitFor(() => expect(client.getQueryData(queries.builds().queryKey)).toBeDefined());
  const input = await open();
  await waitFor(() => expect(input).toHaveFocus());
  await userEvent.keyboard("drawer");
  await waitFor(() => expect(screen.getAllByRole("option")[0]).toHaveTextContent("Notes in a drawer"));
  await userEvent.keyboard("{Enter}");
  await waitFor(() => expect(useDesk.getState().place).toEqual({ view: "build", id: "w2", tab: "conversation" }));
  expect(screen.queryByTestId("palette")).not.toBeInTheDocument();
});

test("Escape closes it, and the focus is where it was", async () => {
  aWindow();
  await userEvent.click(screen.getByLabelText("where I was"));
  await open();
  await userEvent.keyboard("{Escape}");
  await waitFor(() => expect(screen.queryByTestId("palette")).not.toBeInTheDocument());
  await waitFor(() => expect(screen.getByLabelText("where I was")).toHaveFocus());
  expect(useDesk.getState().place).toEqual({ view: "new" });
});

test("what was chosen last stands first the next time, also in another window", async () => {
  const { asked, kept } = aWindow();
  await waitFor(() => expect(client.getQueryData(queries.settings().queryKey)).toBeDefined());
  await open();
  await userEvent.keyboard("dark{Enter}");
  await waitFor(() => expect(asked.some(({ command }) => command === "save_settings")).toBe(true));
  expect(JSON.parse(kept.palette ?? "")).toEqual(["theme_dark"]);
  await open();
  await userEvent.keyboard("stat{Enter}");
  await waitFor(() => expect(useDesk.getState().place).toEqual({ view: "statistics" }));
  expect(JSON.parse(kept.palette ?? "")).toEqual(["statistics", "theme_dark"]);
  await open();
  const used = await screen.findByRole("group", { name: "Recently used" });
  // The dark appearance is on: it is not offered any longer.
  expect(
    within(used)
      .getAllByRole("option")
      .map((each) => each.textContent),
  ).toEqual(["StatisticsS"]);
});

test("a change that cannot be kept is said", async () => {
  aWindow({
    save_settings: () => {
      throw { code: "io", message: "The settings could not be written: the disk is full.", facts: "{}" };
    },
  });
  await waitFor(() => expect(client.getQueryData(queries.settings().queryKey)).toBeDefined());
  await open();
  await userEvent.keyboard("dark{Enter}");
  expect(await screen.findByText(/the disk is full/)).toBeInTheDocument();
});

test("what nothing is called can be searched for in conversations", async () => {
  aWindow();
  await open();
  await userEvent.keyboard("zebra crossing");
  await waitFor(() => expect(screen.getAllByRole("option")).toHaveLength(1));
  expect(screen.getByRole("option")).toHaveTextContent("Search conversations for “zebra crossing”");
  await userEvent.keyboard("{Enter}");
  await waitFor(() => expect(useDesk.getState()).toMatchObject({ searching: true, searchText: "zebra crossing" }));
});

test("the sheet shows every shortcut, also those of other places", async () => {
  aWindow();
  await userEvent.keyboard("{Shift>}?{/Shift}");
  const sheet = await screen.findByTestId("shortcuts-sheet");
  expect(within(sheet).getByText("Approve the handoff")).toBeInTheDocument();
  expect(within(sheet).getByText("Command palette").parentElement).toHaveTextContent("Ctrl K");
});

test("an open build is steered from each of its views", async () => {
  const asked = backend({
    pause_build: () => aBuild({ summary: { ...tips, status: "paused" } }),
    preview_rollback: () => ({ files: [], discards: [], undoes_release: false, refusal: null }),
    get_settings: () => theSettings(),
  });
  show(<BuildActions build={aBuild()} />);
  await userEvent.keyboard("p");
  await waitFor(() => expect(asked.map(({ command }) => command)).toContain("pause_build"));
  await userEvent.keyboard("{Control>}5{/Control}");
  expect(useDesk.getState().place).toEqual({ view: "build", id: "w1", tab: "tests" });
});
