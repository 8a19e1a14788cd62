import { useEffect } from "react";
import { useDesk } from "../../desk";

/** The parts of the settings, in order, each with the message that names it. */
export const SECTIONS = {
  models: "setup.models",
  roles: "setup.roles",
  approvals: "setup.approvals",
  limits: "setup.limits",
  voice: "voice.title",
  general: "setup.general",
} as const;

export type SectionName = keyof typeof SECTIONS;

/** Brings the part of the page that was asked for into sight, as soon as there is a page. */
export function useSection(loaded: boolean) {
  const place = useDesk((desk) => desk.place);
  useEffect(() => {
    if (!loaded || place.view !== "settings" || !place.section) return;
    const section = document.querySelector(`[data-section="${place.section}"]`);
    section?.scrollIntoView({ block: "start" });
    section?.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  }, [loaded, place]);
}
