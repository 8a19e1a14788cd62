import { expect, test } from "vitest";
import { BlockSplitter } from "./blocks";

const TEXT = [
  "# Title\n\n",
  "A paragraph\nof two lines.\n\n",
  "- one\n\n  still one\n- two\n\n",
  "```js\nconst a = 1;\n\nconst b = 2;\n```\n\n",
  "~~~\n```\n\n~~~\n\n",
  "| a |\n|---|\n| 1 |\n\n",
  "The end",
];

test.each([1, 3, 7, 1000])("however text arrives (%i letters at once), it is parted in the same places", (step) => {
  const whole = TEXT.join("");
  const splitter = new BlockSplitter();
  let parted = splitter.advance("");
  for (let end = step; end < whole.length + step; end += step) {
    parted = splitter.advance(whole.slice(0, end));
    expect(parted.groups.flat().join("") + parted.tail).toBe(whole.slice(0, end));
  }
  // What is parted is decided by whole lines only: the last one may still grow.
  expect([...parted.groups.flat(), parted.tail]).toEqual([...TEXT.slice(0, -2), TEXT.slice(-2).join("")]);
});

test("a group that is full stays the same", () => {
  const splitter = new BlockSplitter();
  const before = splitter.advance("a line\n\n".repeat(40)).groups;
  const after = splitter.advance("a line\n\n".repeat(60)).groups;
  expect(before[0]).toHaveLength(8);
  expect(after[0]).toBe(before[0]);
  expect(after.flat()).toHaveLength(59);
});

test("a text that begins anew is parted anew", () => {
  const splitter = new BlockSplitter();
  splitter.advance("one\n\ntwo\n\nthree");
  expect(splitter.advance("four")).toEqual({ groups: [], tail: "four" });
  splitter.advance("one\n\ntwo\n\nthree\n");
  const parted = splitter.advance("one and\n\ntwo\n\nthree\n\nfour\n");
  expect(parted).toEqual({ groups: [["one and\n\n", "two\n\n", "three\n\n"]], tail: "four\n" });
});
