import type { SettingsSection } from "../../desk";

/** Every section, in the order of the page. */
export const SECTIONS: SettingsSection[] = [
  "models",
  "approvals",
  "limits",
  "voice",
  "appearance",
  "desktop",
  "data",
  "general",
];
