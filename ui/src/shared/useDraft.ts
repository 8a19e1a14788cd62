import { useEffect, useRef, useState } from "react";
import { call, client, commands, queries } from "../backend";

/** How long after the last key it is written. */
const PAUSE = 300;

/** What is being written; one after the other, so that an older text never comes after a newer one. */
let writing: Promise<unknown> = Promise.resolve();

/** Waits until what was typed is kept. */
export const draftsKept = () => writing;

function write(key: string, text: string) {
  writing = writing.then(() => call(commands.saveDraft(key, text))).catch(() => undefined);
}

/** A text that survives a crash: kept by Rust under `key` while it is typed. */
export function useDraft(key: string): [string, (text: string) => void, () => void] {
  const [text, setText] = useState("");
  const touched = useRef(false);
  const waiting = useRef<{ timer: ReturnType<typeof setTimeout>; write: () => void } | null>(null);

  useEffect(() => {
    touched.current = false;
    setText("");
    let gone = false;
    void client
      .fetchQuery({ ...queries.draft(key), staleTime: 0 })
      .then((kept) => {
        if (!gone && !touched.current) setText(kept);
      })
      .catch(() => undefined);
    return () => {
      gone = true;
      // Whoever goes away in the middle of a word finds it again.
      const last = waiting.current;
      waiting.current = null;
      if (last) {
        clearTimeout(last.timer);
        last.write();
      }
    };
  }, [key]);

  const keep = (next: string, pause: number) => {
    if (waiting.current) clearTimeout(waiting.current.timer);
    const now = () => {
      waiting.current = null;
      write(key, next);
    };
    waiting.current = { timer: setTimeout(now, pause), write: now };
  };
  const change = (next: string) => {
    touched.current = true;
    setText(next);
    keep(next, PAUSE);
  };
  const clear = () => {
    touched.current = true;
    setText("");
    keep("", 0);
  };
  return [text, change, clear];
}
