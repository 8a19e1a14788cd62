import type { SettingsSection } from "../../desk";

/** Every section, in the order of the page. */
export const SECTIONS: SettingsSection[] = ["models", "roles", "approvals", "limits", "voice", "appearance", "general"];
