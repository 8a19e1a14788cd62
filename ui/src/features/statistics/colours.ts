import type { Role, RunStatus, State } from "../../backend";

/** Names of colours among the tokens. Beside each stands a word: no colour says anything alone. */
export const ROLE_COLOUR: Record<Role, string> = {
  q_assistant: "q-assistant",
  code_writer: "code-writer",
  test_auditor: "test-auditor",
  verification_overseer: "verification-overseer",
  release_manager: "release-manager",
};

/** A state has the colour of the role that owns it. */
export const STATE_COLOUR: Record<State, string> = {
  discovery: ROLE_COLOUR.q_assistant,
  planning: ROLE_COLOUR.q_assistant,
  handoff_to_coder: ROLE_COLOUR.code_writer,
  implementation: ROLE_COLOUR.code_writer,
  handoff_to_tester: ROLE_COLOUR.test_auditor,
  testing: ROLE_COLOUR.test_auditor,
  handoff_to_verifier: ROLE_COLOUR.verification_overseer,
  verification: ROLE_COLOUR.verification_overseer,
  handoff_to_releaser: ROLE_COLOUR.release_manager,
  deployment: ROLE_COLOUR.release_manager,
  complete: "passed",
};

export const STATUS_COLOUR: Record<RunStatus, string> = {
  active: "code-writer",
  awaiting_approval: "waiting",
  paused: "third",
  blocked: "failed",
  cancelled: "third",
  complete: "passed",
};
