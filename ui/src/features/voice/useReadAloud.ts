import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { type BuildDetail, type ConversationItem, call, commands, queries } from "../../backend";

/** Reads Q Assistant's questions aloud as they come, where the person wants it. Any key ends it, and so does going away. */
export function useReadAloud(build: BuildDetail, items: ConversationItem[] | undefined) {
  const settings = useQuery(queries.settings());
  const wanted = settings.data?.voice.read_aloud ?? false;
  const last = items?.at(-1);
  const asks = last?.author === "q_assistant" && !last.is_error && build.summary.waiting_for === "your_answer";
  // What stood here before is not read: only what comes while somebody is here.
  const heard = useRef<string | null | undefined>(undefined);
  const id = last?.id ?? null;
  const loaded = items !== undefined;
  useEffect(() => {
    if (!loaded) return;
    if (heard.current === undefined) {
      heard.current = id;
      return;
    }
    if (!asks || heard.current === id) return;
    heard.current = id;
    if (wanted) void call(commands.readAloud(asSpoken(last?.text ?? ""))).catch(() => undefined);
  }, [loaded, asks, id, wanted, last?.text]);
  useEffect(() => {
    if (!wanted) return;
    const hush = () => void call(commands.hush()).catch(() => undefined);
    window.addEventListener("keydown", hush);
    return () => {
      window.removeEventListener("keydown", hush);
      hush();
    };
  }, [wanted]);
}

/** Markdown as it is said: without its marks, and without code. */
export function asSpoken(markdown: string): string {
  return markdown
    .replace(/```[\s\S]*?(```|$)/g, " ")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/^\s*(#+|[-*+>]|\d+\.)\s+/gm, "")
    .replace(/[*_`~|]/g, "")
    .replace(/\s+/g, " ")
    .trim();
}
