import { act, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useLayoutEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { VirtualizerHandle } from "virtua";
import { afterEach, expect, test, vi } from "vitest";
import { type ConversationItem, useStreams } from "../../backend";
import { goOn, NOTHING } from "../../shared/blocks";
import { aMessage, show } from "../../test/backend";
import { withLayout } from "../../test/layout";
import { Messages } from "./Messages";
import { foldKey, rowsOf } from "./rows";
import { Said, type SaidActions, subject } from "./Said";
import { useFolds } from "./useFolds";

withLayout();
afterEach(() => vi.restoreAllMocks());
afterEach(() => useStreams.setState({ messages: {}, outputs: {} }));

const onFile = () => {};

function Talk({
  items,
  earlier = 0,
  ...actions
}: { items: ConversationItem[]; earlier?: number } & Omit<SaidActions, "onFile">) {
  const scroller = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualizerHandle>(null);
  const [open, fold] = useFolds();
  return (
    <div ref={scroller}>
      <Messages
        buildId="w1"
        items={items}
        earlier={earlier}
        open={open}
        onFold={fold}
        scroller={scroller}
        list={list}
        onFile={onFile}
        {...actions}
      />
    </div>
  );
}

test.each([
  ['{"path": "src/a b.ts", "content": "x', "src/a b.ts"],
  ['{"content": "…", "path": "la', "la"],
  ['{"command": "echo \\"hi\\"\\nls', 'echo "hi" ls'],
  ["{", ""],
  ["", ""],
  ['{"path": ', ""],
])("what a half-written call is about: %s", (beginning, about) => {
  expect(subject(beginning)).toBe(about);
});

test("words, thoughts and calls show while they arrive, and a finished message only once", async () => {
  const said = {
    role: "code_writer" as const,
    words: goOn(goOn(NOTHING, "I wri"), "te it.\n\nAnd\nmore."),
    reasoning: ["One", " file."],
    calls: {},
  };
  useStreams.setState({
    messages: {
      m1: { ...said, calls: { 1: { tool: "write_file", beginning: '{"path": "a.js", "content": "', letters: 3200 } } },
      m2: { ...said, words: goOn(NOTHING, "Done already.") },
    },
  });
  const done = aMessage({ id: "m2", text: "Done already." });
  let finish = () => {};
  function Finishing() {
    const [items, setItems] = useState([done]);
    finish = () => setItems([done, aMessage({ text: "I write it.\n\nAnd\nmore.", seq: 2 })]);
    return <Talk items={items} />;
  }
  show(<Finishing />);
  expect(await screen.findByText("I write it.")).toBeTruthy();
  expect(screen.getByText("a.js")).toBeTruthy();
  expect(screen.getByText("3.2K so far")).toBeTruthy();
  const thought = screen.getByText("Thought").closest("details") as HTMLDetailsElement;
  expect(screen.queryByText("One file.")).toBeNull();
  act(() => {
    thought.open = true;
    thought.dispatchEvent(new Event("toggle"));
  });
  expect(screen.getByText("One file.")).toBeTruthy();
  expect(screen.getAllByText("Done already.")).toHaveLength(1);
  // Finished, it keeps its element: nothing is drawn anew.
  const words = screen.getByText("I write it.");
  act(() => finish());
  expect(screen.getByText("I write it.")).toBe(words);
  expect(screen.queryByText("a.js")).toBeNull();
});

test("who asks and who answers both show, even where the answer begins before the question has been read", async () => {
  useStreams.setState({
    messages: { m1: { role: "q_assistant", words: goOn(NOTHING, "An answer"), reasoning: [], calls: {} } },
  });
  // What fits does not scroll, whoever asks for it.
  vi.spyOn(HTMLElement.prototype, "scrollBy").mockImplementation(() => undefined);
  function Read() {
    const [items, setItems] = useState<ConversationItem[]>([]);
    // While the list watches what can be seen of it, but has not yet been told.
    useLayoutEffect(() => {
      const asked = aMessage({ id: "q", text: "A question", author: "you" });
      queueMicrotask(() => flushSync(() => setItems([asked])));
    }, []);
    return <Talk items={items} />;
  }
  show(<Read />);
  expect(await screen.findByText("A question")).toBeTruthy();
  expect(screen.getByText("An answer")).toBeTruthy();
});

test("of a long conversation only what is in sight is drawn, and a screen reader hears where it is in all of it", async () => {
  const items = Array.from({ length: 2000 }, (_, at) =>
    aMessage({ id: `m${at}`, seq: 8001 + at, text: `Number ${at}` }),
  );
  show(<Talk items={items} earlier={8000} />);
  const first = (await screen.findByText("Number 0")).closest("li");
  expect(first).toHaveAttribute("aria-posinset", "8001");
  expect(first).toHaveAttribute("aria-setsize", "10000");
  expect(screen.getAllByRole("listitem").length).toBeLessThan(40);
});

test("what was taken back stands under a fold, what went together under one", async () => {
  const back = (revision: number, rolled_back_to: "planning" | null) => ({ revision, rolled_back_to });
  const items = [
    aMessage({ id: "a", text: "counts" }),
    aMessage({ id: "b", text: "first words", author: "you", taken_back: back(4, null) }),
    aMessage({ id: "c", text: "an answer", taken_back: back(4, null) }),
    aMessage({ id: "d", text: "rolled back", taken_back: back(7, "planning") }),
  ];
  show(<Talk items={items} />);
  const anew = await screen.findByRole("button", { name: "Said anew: 2 messages no longer count" });
  expect(screen.getByRole("button", { name: "Rolled back to Planning: 1 message no longer counts" })).toBeTruthy();
  expect(screen.queryByText("first words")).toBeNull();
  await userEvent.click(anew);
  await waitFor(() => expect(screen.getByText("first words")).toBeTruthy());
  expect(screen.getByText("an answer")).toBeTruthy();
  expect(screen.queryByText("rolled back")).toBeNull();
});

test("a fold keeps its key when older messages of it arrive", () => {
  const taken_back = { revision: 4, rolled_back_to: null };
  const newer = [aMessage({ id: "b", taken_back }), aMessage({ id: "c", taken_back })];
  const all = [aMessage({ id: "a", taken_back }), ...newer];
  expect(foldKey(all, 0)).toBe(foldKey(newer, 1));
  expect(rowsOf(all, ["live"], new Set([foldKey(all, 0)])).map((row) => row.key)).toEqual([
    "fold c",
    "a",
    "b",
    "c",
    "live",
  ]);
});

test("one's own words can be said anew; reasons and what was taken back cannot", async () => {
  const edited: string[] = [];
  const onEdit = (item: ConversationItem) => edited.push(item.id);
  const mine = aMessage({ id: "mine", author: "you" });
  const rest = [
    { is_reason: true },
    { taken_back: { revision: 1, rolled_back_to: null } },
    { author: "q_assistant" as const },
  ];
  show(
    <>
      <Said id="mine" item={mine} before={undefined} onEdit={onEdit} onFile={onFile} />
      {rest.map((change, at) => (
        <Said
          key={`${at}`}
          id={`${at}`}
          item={{ ...mine, ...change }}
          before={undefined}
          onEdit={onEdit}
          onFile={onFile}
        />
      ))}
    </>,
  );
  const edits = screen.getAllByRole("button", { name: "Say it in other words" });
  expect(edits).toHaveLength(1);
  await userEvent.click(edits[0] as HTMLElement);
  expect(edited).toEqual(["mine"]);
  expect(screen.getAllByRole("button", { name: "Copy the message" })).toHaveLength(4);
});

test("Enter says it anew, Escape leaves it as it was, and what is refused stays to be mended", async () => {
  const said: (string | null)[] = [];
  let taken = false;
  const onAnew = async (_: ConversationItem, text: string | null) => {
    said.push(text);
    return taken;
  };
  show(
    <Said
      id="m"
      item={aMessage({ author: "you", text: "tips" })}
      before={undefined}
      editing
      onAnew={onAnew}
      onFile={onFile}
    />,
  );
  const field = screen.getByRole("textbox");
  expect(field).toHaveFocus();
  await userEvent.type(field, " for taxis{Enter}");
  expect(said).toEqual(["tips for taxis"]);
  expect(field).toHaveValue("tips for taxis");
  taken = true;
  await userEvent.type(field, "{Escape}");
  expect(said.at(-1)).toBeNull();
});
