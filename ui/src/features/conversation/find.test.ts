import { expect, test } from "vitest";
import type { ConversationItem } from "../../backend";
import { found, placesIn } from "./find";

const said = (...texts: string[]) => texts.map((text, at) => ({ id: `${at}`, text }) as ConversationItem);
const ids = (items: ConversationItem[]) => items.map((item) => item.id);

test("words are found as they are written and as they are read", () => {
  const items = said(
    "Work out the **tip** calculator",
    "See [the tips](https://x.org/a)",
    "`read_file` reads",
    "Ärger",
  );
  expect(ids(found(items, "tip calculator"))).toEqual(["0"]);
  expect(ids(found(items, "THE TIPS"))).toEqual(["1"]);
  expect(ids(found(items, "x.org/a"))).toEqual(["1"]);
  expect(ids(found(items, "read_file"))).toEqual(["2"]);
  expect(ids(found(items, "ärger"))).toEqual(["3"]);
  expect(found(items, "  ")).toEqual([]);
  expect(found(items, ".*")).toEqual([]);
});

test("every place within a message is marked", () => {
  const element = document.createElement("div");
  element.innerHTML = "<p>Tips and tips</p><p>no <b>TIP</b>s</p>";
  expect(placesIn(element, "tip").map(String)).toEqual(["Tip", "tip", "TIP"]);
  expect(placesIn(element, "")).toEqual([]);
});
