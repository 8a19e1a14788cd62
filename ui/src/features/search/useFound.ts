import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { queries } from "../../backend";

/** A word is asked for when the fingers rest, not at every letter of it. */
const REST_MS = 120;

/** What is found for what is typed. While it is looked for, what was found before stays. */
export function useFound(typed: string) {
  const [wanted, setWanted] = useState("");
  const now = typed.trim();
  useEffect(() => {
    const rest = setTimeout(() => setWanted(now), now === "" ? 0 : REST_MS);
    return () => clearTimeout(rest);
  }, [now]);
  const found = useQuery({ ...queries.search(wanted), enabled: wanted !== "", placeholderData: keepPreviousData });
  return { found: now === "" ? undefined : found.data, error: found.error, wanted };
}
