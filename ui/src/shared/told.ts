import type { Role, State, WireError } from "../backend";
import { said } from "../words";
import { roleName, stateName } from "./roles";
import { listed } from "./time";

/** What Rust says by a code, in the person's language, where the code is known and its facts are all there. */
export function told({ code, facts }: Pick<WireError, "code" | "facts">, among = "errors."): string | undefined {
  return said(`${among}${code}`, named(read(facts)));
}

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

/** Facts as a person reads them: states and roles by their names, several things as a list. */
function named(facts: Record<string, unknown>): Record<string, unknown> {
  const name = ([key, value]: [string, unknown]) => {
    if (typeof value === "string" && STATES.includes(key)) return [key, stateName(value as State)];
    if (typeof value === "string" && ROLES.includes(key)) return [key, roleName(value as Role)];
    if (key === "allowed" && Array.isArray(value)) return [key, listed(value.map((state) => stateName(state)))];
    return [key, Array.isArray(value) ? listed(value.map(String)) : value];
  };
  return Object.fromEntries(Object.entries(facts).map(name));
}
