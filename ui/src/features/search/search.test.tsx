import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { beforeEach, expect, test, vi } from "vitest";
import type { SearchResult } from "../../backend";
import { useDesk } from "../../desk";
import { aBuild, backend, show } from "../../test/backend";
import { SearchPanel } from "./SearchPanel";

const FOUND: SearchResult = {
  builds: [
    {
      workflow_id: "w1",
      title: { text: "Tip calculator", marks: [[0, 3]] },
      project: { text: "tips", marks: [[0, 3]] },
      excerpt: null,
    },
  ],
  builds_total: 1,
  messages: [
    {
      message_id: "m1",
      workflow_id: "w2",
      build_title: "Photo renamer",
      author: "you",
      at: "2026-11-20T10:00:00.000000Z",
      excerpt: {
        text: "🎉 a tip: <b>tips</b> & tips",
        marks: [
          [5, 8],
          [13, 16],
          [24, 27],
        ],
      },
    },
  ],
  messages_total: 60,
};

const NOTHING: SearchResult = { builds: [], builds_total: 0, messages: [], messages_total: 0 };

beforeEach(() => useDesk.setState({ place: { view: "new" }, sought: null, searching: true }));

function panel(answer: SearchResult) {
  const asked = backend({ search: () => answer });
  const onClose = vi.fn();
  show(<SearchPanel builds={[aBuild().summary]} onClose={onClose} />);
  return { asked, onClose, field: screen.getByRole("combobox") };
}

test("what was found is marked in the text, and the text is text", async () => {
  const { field } = panel(FOUND);
  await userEvent.type(field, "tip");
  const hit = await screen.findByTestId("found-message-m1");
  expect([...hit.querySelectorAll("mark")].map((mark) => mark.textContent)).toEqual(["tip", "tip", "tip"]);
  expect(hit.textContent).toContain("🎉 a tip: <b>tips</b> & tips");
  expect(hit.querySelector("b")).toBeNull();
  expect(screen.getByText("1 of 60")).toBeTruthy();
});

test("fast typing is one question", async () => {
  const { field, asked } = panel(FOUND);
  await userEvent.type(field, "calculator");
  await screen.findByTestId("found-build-w1");
  expect(asked.filter(({ command }) => command === "search").map(({ args }) => args.query)).toEqual(["calculator"]);
});

test("arrows choose, Enter opens where it was said, Escape ends it", async () => {
  const { field, onClose } = panel(FOUND);
  await userEvent.type(field, "tip");
  await screen.findByTestId("found-build-w1");
  const chosen = () => screen.getByRole("option", { selected: true });
  expect(chosen()).toBe(screen.getByTestId("found-build-w1"));
  expect(field.getAttribute("aria-activedescendant")).toBe(chosen().id);
  await userEvent.keyboard("{ArrowDown}");
  expect(chosen()).toBe(screen.getByTestId("found-message-m1"));
  await userEvent.keyboard("{Enter}");
  expect(useDesk.getState().place).toEqual({ view: "build", id: "w2", tab: "conversation" });
  expect(useDesk.getState().sought).toEqual({ messageId: "m1" });
  await userEvent.keyboard("{ArrowDown}{Enter}");
  expect(useDesk.getState().place).toEqual({ view: "build", id: "w1", tab: "conversation" });
  expect(useDesk.getState().sought).toBeNull();
  await userEvent.keyboard("{Escape}");
  expect(onClose).toHaveBeenCalled();
});

test("nothing found is said in words, and how it could be found", async () => {
  const { field } = panel(NOTHING);
  await userEvent.type(field, "zzz");
  await waitFor(() => expect(screen.getByTestId("nothing-found").textContent).toContain("“zzz”"));
});
