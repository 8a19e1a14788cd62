import { changeDraft } from "../../shared/useDraft";
import { type Field, joined } from "./field";

/** The fields that are on the page, by the draft that they show. */
const fields = new Map<string, Field>();

/** Fields that will be, as soon as their draft is there. */
const coming = new Set<string>();

/** A field that has not got its draft yet is looked for so often, in milliseconds. */
const MOMENT = 20;

/** What is written next, after all that was to be written before. */
let turn: Promise<void> = Promise.resolve();
let waiting = 0;

export function expect(key: string): () => void {
  coming.add(key);
  return () => void coming.delete(key);
}

/** Words for this draft go in here from now on. Returns what takes it away again. */
export function register(key: string, field: Field): () => void {
  coming.delete(key);
  fields.set(key, field);
  return () => {
    if (fields.get(key) === field) fields.delete(key);
  };
}

export const fieldOf = (key: string) => fields.get(key);

/** Into the field where it is on the page, otherwise into its draft; in the order in which it was said. */
export function write(key: string, text: string, begins: boolean, failed: (why: unknown) => void) {
  if (waiting === 0 && fields.get(key)?.insert(text, begins)) return;
  waiting += 1;
  turn = turn
    .then(async () => {
      while (coming.has(key)) await new Promise((over) => setTimeout(over, MOMENT));
      if (fields.get(key)?.insert(text, begins)) return;
      await changeDraft(key, (kept) => joined(kept, text, ""));
    })
    .catch(failed)
    .finally(() => {
      waiting -= 1;
    });
}

/** What "send it" does, after everything that was said before it. */
export function send(key: string) {
  // A field takes a moment to know what was put into it.
  waiting += 1;
  turn = turn
    .then(() => new Promise((over) => setTimeout(over)))
    .then(() => fields.get(key)?.send())
    .finally(() => {
      waiting -= 1;
    });
}
