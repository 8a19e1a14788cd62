import { expect, test } from "vitest";
import { goOn, NOTHING } from "./blocks";

const TEXT = [
  "# Title\n\n",
  "A paragraph\nof two lines.\n\n",
  "- one\n\n  still one\n- two\n\n",
  "```js\nconst a = 1;\n\nconst b = 2;\n```\n\n",
  "~~~\n```\n\n~~~\n\n",
  "```markdown\n\n```bash\n\nls\n```\n\n",
  "```within a line``` and\nmore\n\n",
  "| a |\n|---|\n| 1 |\n\n",
  "The end",
];

test.each([1, 3, 7, 1000])("however text arrives (%i letters at once), it is parted in the same places", (step) => {
  const whole = TEXT.join("");
  let parted = NOTHING;
  for (let at = 0; at < whole.length; at += step) {
    parted = goOn(parted, whole.slice(at, at + step));
    expect(parted.groups.flat().join("") + parted.tail).toBe(whole.slice(0, at + step));
  }
  // What is parted is decided by whole lines only: the last one may still grow.
  expect([...parted.groups.flat(), parted.tail]).toEqual([...TEXT.slice(0, -2), TEXT.slice(-2).join("")]);
});

test("a group that is full stays the same", () => {
  const first = goOn(NOTHING, "a line\n\n".repeat(40));
  const after = goOn(first, "a line\n\n".repeat(20));
  expect(first.groups[0]).toHaveLength(8);
  expect(after.groups[0]).toBe(first.groups[0]);
  expect(after.groups.flat()).toHaveLength(59);
});
