import type { WireError } from "./bindings";

/** An error of a command: its sentence is meant for the person, its code for branching. */
export class CommandError extends Error {
  readonly code: string;
  /** What it is about, as JSON. */
  readonly facts: string;

  constructor(error: WireError) {
    super(error.message);
    this.name = "CommandError";
    this.code = error.code;
    this.facts = error.facts;
  }
}

type Answer<T> = { status: "ok"; data: T } | { status: "error"; error: WireError };

/** The only place that unwraps what a command answered. */
export async function call<T>(answer: Promise<Answer<T>>): Promise<T> {
  const settled = await answer;
  if (settled.status === "error") throw new CommandError(settled.error);
  return settled.data;
}
