import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import type { BuildDetail } from "../../backend";
import { useDesk } from "../../desk";
import { Done } from "../../shared/Done";
import { size } from "../../shared/size";
import { aBuild, backend, show, theSettings } from "../../test/backend";
import { BuildHead } from "../builds/BuildHead";
import { BackupTrouble } from "./BackupTrouble";
import { DataSettings } from "./DataSettings";
import { TrashPage } from "./TrashPage";

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener: () => {}, removeEventListener: () => {} }));
  useDesk.setState({ place: { view: "build", id: "w1", tab: "conversation" } });
});

function head(change: Partial<BuildDetail["summary"]>) {
  const build = aBuild();
  return show(
    <>
      <BuildHead build={{ ...build, summary: { ...build.summary, ...change } }} tab="conversation" />
      <Done />
    </>,
  );
}

async function pick(item: string) {
  await userEvent.click(screen.getByTestId("more"));
  await userEvent.click(await screen.findByTestId(item));
}

test("a build that waits goes to the trash at once, and comes back by one click", async () => {
  const asked = backend({ move_to_trash: () => ({ stopped: false }), restore_build: () => null });
  head({});
  await pick("move-to-trash");
  expect(await screen.findByText("“Tip calculator” is in the trash.")).toBeInTheDocument();
  expect(useDesk.getState().place).toEqual({ view: "new" });
  await userEvent.click(screen.getByRole("button", { name: "Undo" }));
  await waitFor(() =>
    expect(asked).toContainEqual({ command: "restore_build", args: { workflowId: "w1", goOn: false } }),
  );
  await waitFor(() => expect(useDesk.getState().place).toMatchObject({ view: "build", id: "w1" }));
});

test("where a role is at work or a page is served, the person is asked first, and undo lets the role go on", async () => {
  const asked = backend({ move_to_trash: () => ({ stopped: true }), restore_build: () => null });
  head({ status: "active", waiting_for: "role", url: "http://127.0.0.1:4000/" });
  await pick("move-to-trash");
  expect(await screen.findByText(/The role at work stops/)).toBeInTheDocument();
  expect(screen.getByText(/no longer served/)).toBeInTheDocument();
  expect(asked.some(({ command }) => command === "move_to_trash")).toBe(false);
  await userEvent.click(screen.getByTestId("confirm-trash"));
  await userEvent.click(await screen.findByRole("button", { name: "Undo" }));
  await waitFor(() =>
    expect(asked).toContainEqual({ command: "restore_build", args: { workflowId: "w1", goOn: true } }),
  );
});

test("in the trash a build can be read and restored, and nothing else", async () => {
  backend({});
  head({ trashed_at: "2026-11-20T10:00:00.000000Z", status: "paused" });
  expect(screen.getByText(/in the trash since/)).toBeInTheDocument();
  expect(screen.queryByRole("button", { name: "Resume" })).toBeNull();
  await userEvent.click(screen.getByTestId("more"));
  expect(await screen.findByTestId("export-build")).toBeInTheDocument();
  expect(screen.queryByTestId("move-to-trash")).toBeNull();
});

test("an export goes where the person picks, and nowhere when they close the dialog", async () => {
  let picked: string | null = null;
  const asked = backend({
    choose_export_folder: () => picked,
    export_build: () => "/home/mira/Documents/tips-3f9a1c",
    open_folder: () => null,
  });
  head({});
  await pick("export-build");
  await waitFor(() => expect(asked.at(-1)?.command).toBe("choose_export_folder"));
  picked = "/home/mira/Documents";
  await pick("export-build");
  expect(await screen.findByText("Exported to /home/mira/Documents/tips-3f9a1c")).toBeInTheDocument();
  expect(asked.filter(({ command }) => command === "export_build")).toEqual([
    { command: "export_build", args: { workflowId: "w1", folder: "/home/mira/Documents" } },
  ]);
  await userEvent.click(screen.getByRole("button", { name: "Open" }));
  await waitFor(() =>
    expect(asked.at(-1)).toEqual({ command: "open_folder", args: { folder: "/home/mira/Documents/tips-3f9a1c" } }),
  );
});

test("what cannot be deleted stays in the trash, and why is said where it was asked", async () => {
  const build = { ...aBuild().summary, trashed_at: "2026-11-20T10:00:00.000000Z" };
  backend({
    list_trash: () => [build],
    delete_for_good: () => {
      throw { code: "disk_full", message: "The disk is full.", facts: "{}" };
    },
  });
  show(<TrashPage />);
  await userEvent.click(await screen.findByRole("button", { name: "Delete Tip calculator for good" }));
  await userEvent.click(await screen.findByTestId("confirm-delete"));
  expect(await screen.findByText(/^The disk is full\./)).toBeInTheDocument();
  expect(screen.getByTestId("confirm-delete")).toBeEnabled();
});

const STATUS = { folder: "/data/backups", problem: null, backups: [] };

test("a daily backup that failed is said until it is read", async () => {
  backend({ backup_status: () => ({ ...STATUS, problem: "The disk is full." }) });
  show(<BackupTrouble />);
  expect(await screen.findByText(/could not be made. The disk is full./)).toBeInTheDocument();
  await userEvent.click(screen.getByRole("button", { name: "Dismiss" }));
  expect(screen.queryByText(/could not be made/)).toBeNull();
});

test("all data is deleted only once the word is typed", async () => {
  const asked = backend({
    data_status: () => ({ folder: "/data", parts: [{ kind: "database", bytes: 1_234_567 }] }),
    backup_status: () => STATUS,
    delete_everything: () => null,
  });
  show(<DataSettings settings={theSettings()} onSave={() => {}} onError={() => {}} />);
  expect(await screen.findAllByText("1.2 MB")).toHaveLength(2);
  await userEvent.click(screen.getByTestId("delete-all"));
  await userEvent.type(await screen.findByTestId("type-to-delete"), "delet");
  expect(screen.getByTestId("confirm-delete-all")).toBeDisabled();
  await userEvent.type(screen.getByTestId("type-to-delete"), "e");
  await userEvent.click(screen.getByTestId("confirm-delete-all"));
  await waitFor(() =>
    expect(asked).toContainEqual({ command: "delete_everything", args: { typed: "delete", keepBackups: true } }),
  );
});

test("sizes are short, and what is little is not called nothing", () => {
  const check = (bytes: number, expected: string) => expect(size(bytes)).toBe(expected);
  check(0, "0 kB");
  check(1, "1 kB");
  check(48_200, "48 kB");
  check(999_700, "1 MB");
  check(1_234_567, "1.2 MB");
  check(12_345_678, "12 MB");
  check(3_200_000_000, "3.2 GB");
});
