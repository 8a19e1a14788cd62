import type { SpokenDecision, SpokenPlace } from "../../backend";
import { type Tab, useDesk } from "../../desk";

/** How long a view may take to be drawn before its button is looked for in vain. */
const DRAWN = 1_500;

/** Shows what was asked for. */
export function show(place: SpokenPlace) {
  const desk = useDesk.getState();
  if (place === "settings") desk.go({ view: "settings" });
  else if (place === "new_build") desk.go({ view: "new" });
  else if (desk.place.view === "build") desk.openBuild(desk.place.id, place satisfies Tab);
}

const WHERE: Record<SpokenDecision, Tab | null> = {
  ready_to_build: "plan",
  approve: "conversation",
  request_changes: "conversation",
  roll_back: null,
};

/** Marks the button of something that only a click does on this page. */
export function mark(what: string): boolean {
  const button = [...document.querySelectorAll<HTMLButtonElement>(`[data-decision=${what}]`)].at(-1);
  if (!button || button.disabled) return false;
  button.scrollIntoView({ block: "nearest" });
  point(button);
  return true;
}

/** Leads to the button of a decision and lets it be seen; the click is the person's. False where there is none. */
export async function lead(decision: SpokenDecision): Promise<boolean> {
  const desk = useDesk.getState();
  const tab = WHERE[decision];
  if (desk.place.view !== "build") return false;
  if (tab) desk.openBuild(desk.place.id, tab);
  else desk.foldRail(false);
  const end = performance.now() + DRAWN;
  while (performance.now() < end) {
    if (mark(decision)) return true;
    await new Promise((drawn) => setTimeout(drawn, 50));
  }
  return false;
}

/** A ring around it, until something else has the focus. Not the focus itself: a space that is still held would press it. */
function point(button: HTMLButtonElement) {
  button.setAttribute("data-pointed-at", "");
  const over = () => button.removeAttribute("data-pointed-at");
  button.addEventListener("blur", over, { once: true });
  button.addEventListener("click", over, { once: true });
  setTimeout(over, 8_000);
}
