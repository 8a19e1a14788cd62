import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { useDesk } from "../../desk";
import { backend, show } from "../../test/backend";
import { t } from "../../words";
import { LedNowhere } from "./LedNowhere";
import { useFolder } from "./useFolder";
import { useOutside, useWanted } from "./wanted";

function Followed() {
  useWanted();
  return <LedNowhere />;
}

/** Listening ends a moment after the view, and Rust has to be there for it. */
async function gone(unmount: () => void) {
  unmount();
  await new Promise((done) => setTimeout(done));
}

test("what the program was started by is followed", async () => {
  backend({ take_wanted: () => ({ kind: "build", workflow_id: "w7", view: "plan" }) });
  useDesk.setState({ place: { view: "new" } });
  const { unmount } = show(<Followed />);
  await waitFor(() => expect(useDesk.getState().place).toEqual({ view: "build", id: "w7", tab: "plan" }));
  await gone(unmount);
});

test("a link that leads nowhere says so and leaves the person where they are", async () => {
  backend({ take_wanted: () => ({ kind: "nothing", sentence: "It leads nowhere." }) });
  useDesk.setState({ place: { view: "new" } });
  const { unmount } = show(<Followed />);
  expect(await screen.findByText("It leads nowhere.")).toBeInTheDocument();
  expect(useDesk.getState().place).toEqual({ view: "new" });
  fireEvent.click(screen.getByRole("button", { name: t("problem.dismiss") }));
  expect(screen.queryByText("It leads nowhere.")).toBeNull();
  await gone(unmount);
});

function Field({ take }: { take: (path: string) => void }) {
  const onDrop = useFolder(take);
  return <section aria-label="field" onDrop={onDrop} />;
}

const folder = { kind: "file", webkitGetAsEntry: () => ({ isDirectory: true }) };

test("a folder that is dropped without its place is pointed at in a dialog", async () => {
  const taken: string[] = [];
  backend({ choose_folder: () => "/home/mira/older" });
  show(<Field take={(path) => taken.push(path)} />);
  fireEvent.drop(screen.getByLabelText("field"), { dataTransfer: { items: [folder], files: [], types: ["Files"] } });
  await waitFor(() => expect(taken).toEqual(["/home/mira/older"]));
});

test("where the page gets no files of a drop, Rust says what it was", async () => {
  const taken: string[] = [];
  const asked = backend({ take_dropped: () => ({ folder: "/home/mira/older", files: [] }) });
  show(<Field take={(path) => taken.push(path)} />);
  const types = ["text/uri-list", "text/html"];
  fireEvent.drop(screen.getByLabelText("field"), { dataTransfer: { items: [], files: [], types } });
  await waitFor(() => expect(taken).toEqual(["/home/mira/older"]));
  expect(asked.some(({ command }) => command === "choose_folder")).toBe(false);
});

test("a folder that was asked for in a menu is taken once", async () => {
  const taken: string[] = [];
  backend({});
  useOutside.setState({ folder: "/home/mira/asked" });
  show(<Field take={(path) => taken.push(path)} />);
  await waitFor(() => expect(taken).toEqual(["/home/mira/asked"]));
  expect(useOutside.getState().folder).toBeNull();
});
