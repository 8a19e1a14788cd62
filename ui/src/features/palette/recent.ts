import { useQuery } from "@tanstack/react-query";
import { call, client, commands, queries } from "../../backend";

const KEY = "palette";
const KEPT = 20;

/** What was chosen in the palette, the newest first. */
export function useRecent(): string[] {
  return read(useQuery(queries.draft(KEY)).data);
}

/** Remembers that something was chosen. Where it cannot be kept, it is remembered until the window closes. */
export function remember(chosen: string) {
  const { queryKey } = queries.draft(KEY);
  const others = read(client.getQueryData(queryKey)).filter((each) => each !== chosen);
  const text = JSON.stringify([chosen, ...others].slice(0, KEPT));
  client.setQueryData(queryKey, text);
  void call(commands.saveDraft(KEY, text)).catch(() => undefined);
}

function read(text: string | undefined): string[] {
  try {
    const kept: unknown = JSON.parse(text || "[]");
    return Array.isArray(kept) ? kept.filter((each) => typeof each === "string") : [];
  } catch {
    return [];
  }
}
