import { QueryClient } from "@tanstack/react-query";

/** Everything is on this machine and told when it changes: asking again by itself would only cost. */
export const client = new QueryClient({
  defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY, retry: false, networkMode: "always" } },
});
