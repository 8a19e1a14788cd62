import { client, listen, type Opening, queries } from "./backend";
import { useDesk } from "./desk";
import { speakTheirLanguage } from "./shared/language";

declare global {
  interface Window {
    /** What the page is handed before its first script runs. */
    opening?: Opening;
  }
}

/** Under this name it is kept where in the window the person is. */
export const LAYOUT = "layout";

/**
 * Takes what the first picture needs: it is in the person's language, where they were, with what they typed. What was not handed over is
 * asked for.
 */
export async function open(): Promise<void> {
  void listen().catch(() => undefined);
  take();
  await Promise.allSettled([speakTheirLanguage(), goToTheirPlace()]);
}

function take() {
  const { opening } = window;
  // A page that is loaded anew is handed what was so before it.
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  if (!opening || navigation?.type !== "navigate") return;
  client.setQueryData(queries.settings().queryKey, opening.settings);
  client.setQueryData(queries.status().queryKey, opening.status);
  for (const [key, text] of Object.entries(opening.drafts)) client.setQueryData(queries.draft(key).queryKey, text);
}

/** The window opens where it was closed. */
async function goToTheirPlace() {
  const layout = await client.fetchQuery(queries.draft(LAYOUT));
  client.removeQueries({ ...queries.draft(LAYOUT), exact: true });
  if (layout) useDesk.setState(JSON.parse(layout) as object);
}
