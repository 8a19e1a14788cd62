import type { Meaning, Role, Standstill, State, WireError } from "../backend";
import { said, t } from "../words";
import { roleName, stateName } from "./roles";
import { dollars, grouped, listed } from "./time";

/** What Rust says by a code, in the person's language, where the code is known and its facts are all there. */
export function told({ code, facts }: Pick<WireError, "code" | "facts">, among = "errors."): string | undefined {
  return said(`${among}${code}`, named(read(facts)));
}

/** Why a build stands still, in a few words, where its code is known. */
export const whyItStands = (code: string | null): string | undefined => said(`standstill.why_${code}`);

/** The same whole, and what can be done, in the person's language, where all that belongs to it is known. */
export const toldWhy = (still: Pick<Standstill, "code" | "facts">): string | undefined =>
  told(still, "standstill.text_") ?? told(still);

/** What a notice in the conversation says, in the person's language. */
export const toldNotice = (meaning: Meaning): string | undefined => told(meaning, "notices.") ?? toldWhy(meaning);

function read(facts: string): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(facts);
    return typeof found === "object" && found !== null ? { ...found } : {};
  } catch {
    return {};
  }
}

const STATES = ["from", "to", "state", "claimed", "current_state"];
const ROLES = ["role", "owner"];

/** Facts as a person reads them: states, roles and failures by their names, amounts as the language writes them, several things as a list. */
function named(facts: Record<string, unknown>): Record<string, unknown> {
  const name = ([key, value]: [string, unknown]) => {
    if (typeof value === "string" && STATES.includes(key)) return [key, stateName(value as State)];
    if (typeof value === "string" && ROLES.includes(key)) return [key, roleName(value as Role)];
    if (key === "allowed" && Array.isArray(value)) return [key, listed(value.map((state) => stateName(state)))];
    if (key === "failure") return [key, whyItStands(String(value))];
    if (typeof value === "object" && value !== null && "dollars" in value) return [key, dollars(Number(value.dollars))];
    if (typeof value === "object" && value !== null && "tokens" in value)
      return [key, t("money.tokenCount", { tokens: grouped(Number(value.tokens)) })];
    return [key, Array.isArray(value) ? listed(value.map(String)) : value];
  };
  return Object.fromEntries(Object.entries(facts).map(name));
}
