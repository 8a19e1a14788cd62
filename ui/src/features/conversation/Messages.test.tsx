import { act, screen } from "@testing-library/react";
import { useState } from "react";
import { afterEach, expect, test } from "vitest";
import { useStreams } from "../../backend";
import { goOn, NOTHING } from "../../shared/blocks";
import { show } from "../../test/backend";
import { Messages } from "./Messages";
import { subject } from "./Said";

afterEach(() => useStreams.setState({ messages: {}, outputs: {} }));

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

test("words, thoughts and calls show while they arrive, and a finished message only once", () => {
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
  const item = { id: "m2", author: "code_writer" as const, text: "Done already.", at: "2026-11-20T10:00:00Z" };
  const rest = { choices: [], reasoning: "", is_error: false, is_interrupted: false, images: [], taken_back: null };
  const done = { ...item, ...rest };
  let finish = () => {};
  function Talk() {
    const [items, setItems] = useState([done]);
    finish = () => setItems([done, { ...done, id: "m1", text: "I write it.\n\nAnd\nmore." }]);
    return <Messages items={items} />;
  }
  show(<Talk />);
  expect(screen.getByText("I write it.")).toBeTruthy();
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
