import type { ConversationItem } from "../../backend";

/** What a message is found by: what was written, and the same without Markdown's marks, as it is read. */
const texts = new WeakMap<ConversationItem, string>();

function textOf(item: ConversationItem): string {
  const known = texts.get(item);
  if (known !== undefined) return known;
  const read = item.text.replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/\*\*|__|[*`~]/g, "");
  const text = (read === item.text ? item.text : `${item.text}\n${read}`).toLocaleLowerCase();
  texts.set(item, text);
  return text;
}

/** The messages that hold the words, in order. */
export function found(items: ConversationItem[], words: string): ConversationItem[] {
  const wanted = words.trim().toLocaleLowerCase();
  return wanted === "" ? [] : items.filter((item) => textOf(item).includes(wanted));
}

/** The places within an element where the words stand. */
export function placesIn(element: Element, words: string): Range[] {
  const wanted = words.trim().toLocaleLowerCase();
  const places: Range[] = [];
  if (wanted === "") return places;
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node.nodeValue?.toLocaleLowerCase() ?? "";
    // A letter that is longer in lower case would shift what follows it.
    if (text.length !== node.nodeValue?.length) continue;
    for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + wanted.length)) {
      const place = new Range();
      place.setStart(node, at);
      place.setEnd(node, at + wanted.length);
      places.push(place);
    }
  }
  return places;
}
