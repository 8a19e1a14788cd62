import { useEffect, useRef, useState } from "react";
import { call, client, commands, queries } from "../backend";
import { queue } from "./queue";

/** How long after the last key it is written. */
const PAUSE = 300;

/** Drafts are written and read one after the other: an older text never comes after a newer one. */
const inTurn = queue();

const save = (key: string, text: string) => write(key, async () => text);

/** Changes a draft that nobody has before them. */
export function changeDraft(key: string, change: (kept: string) => string): Promise<unknown> {
  return write(key, async () => change(await call(commands.loadDraft(key))));
}

function write(key: string, text: () => Promise<string>): Promise<unknown> {
  forget(key);
  return inTurn(async () => {
    // What was asked for before this change has come by now.
    forget(key);
    await call(commands.saveDraft(key, await text()));
  });
}

/** What is known of a draft is what is kept: whoever changes it takes what was known away. Those who watch it know what they wrote. */
const forget = (key: string) => client.removeQueries({ ...queries.draft(key), exact: true, type: "inactive" });

function known(key: string): string | undefined {
  const state = client.getQueryState<string>(queries.draft(key).queryKey);
  return state?.isInvalidated ? undefined : state?.data;
}

/** A text that survives a crash: kept by Rust under `key` while it is typed. The last is whether what was kept is there. */
export function useDraft(key: string): [string, (text: string) => void, () => void, boolean] {
  const [text, setText] = useState(() => known(key) ?? "");
  const [loaded, setLoaded] = useState(() => known(key) !== undefined);
  const touched = useRef(false);
  const waiting = useRef<{ timer: ReturnType<typeof setTimeout>; write: () => void } | null>(null);

  useEffect(() => {
    touched.current = false;
    setText(known(key) ?? "");
    setLoaded(known(key) !== undefined);
    let gone = false;
    void inTurn(() => client.fetchQuery(queries.draft(key)))
      .then((kept) => {
        if (gone) return;
        if (!touched.current) setText(kept);
        setLoaded(true);
      })
      // What cannot be read may still be there: nothing takes its place by itself.
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
      void save(key, next).catch(() => undefined);
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
  return [text, change, clear, loaded];
}
