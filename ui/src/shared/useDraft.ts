import { useEffect, useRef, useState } from "react";
import { call, client, commands, queries } from "../backend";

/** How long after the last key it is written. */
const PAUSE = 300;

/** A text that survives a crash: kept by Rust under `key` while it is typed. */
export function useDraft(key: string): [string, (text: string) => void, () => void] {
  const [text, setText] = useState("");
  const touched = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

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
    };
  }, [key]);

  const keep = (next: string) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void call(commands.saveDraft(key, next)).catch(() => undefined), PAUSE);
  };
  const change = (next: string) => {
    touched.current = true;
    setText(next);
    keep(next);
  };
  const clear = () => {
    touched.current = true;
    setText("");
    clearTimeout(timer.current);
    void call(commands.saveDraft(key, "")).catch(() => undefined);
  };
  return [text, change, clear];
}
