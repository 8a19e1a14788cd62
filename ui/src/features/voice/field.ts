/** What a dictation needs of a field that is written into. */
export type Field = {
  /** `begins`: the first words of a dictation. False where there is nothing to write into. */
  insert: (text: string, begins: boolean) => boolean;
  send: () => void;
  /** What stands before the cursor. */
  before: () => string;
};

const OPENING = /[\s([{"'«„“/-]$/;
const CLOSING = /^[\s.,;:!?)\]}"'»”…-]/;

/** The words, with a space where they would touch others. */
export function spaced(before: string, text: string, after: string): string {
  const first = before === "" || OPENING.test(before) || CLOSING.test(text) ? "" : " ";
  const last = after === "" || CLOSING.test(after) || text.endsWith("\n") ? "" : " ";
  return first + text + last;
}

export function joined(before: string, text: string, after: string): string {
  return before + spaced(before, text, after) + after;
}

/** The browser's own: React overrides the element's, and would take a change made through it for its own. */
const setValue = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set;

let inserting = false;

/** Whether a change that is being told of is a dictation's own, and not typed. */
export const isDictated = () => inserting;

/** Puts words where the cursor is. What belongs to one dictation is one step, which undo takes out at once. */
export function insert(area: HTMLTextAreaElement, text: string, begins: boolean) {
  inserting = true;
  try {
    put(area, text, begins);
  } finally {
    inserting = false;
  }
}

function put(area: HTMLTextAreaElement, text: string, begins: boolean) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const words = spaced(value.slice(0, from), text, value.slice(to));
  const elsewhere = document.activeElement;
  const writing = elsewhere !== area && elsewhere?.matches("input, textarea, select, [contenteditable=true]");
  if (!writing) {
    area.focus({ preventScroll: true });
    // What is inserted where something was typed last would be one step with it: a cursor that was elsewhere begins another.
    if (begins) area.setSelectionRange(0, 0);
    if (begins || area.selectionStart !== from || area.selectionEnd !== to) area.setSelectionRange(from, to);
    // Deprecated and without a successor: nothing else makes a step that undo knows. An engine may have dropped it.
    if (document.execCommand?.("insertText", false, words)) return;
  }
  // Whoever types somewhere else is not torn away from there.
  setValue?.call(area, value.slice(0, from) + words + value.slice(to));
  area.setSelectionRange(from + words.length, from + words.length);
  area.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertText", data: words }));
}
