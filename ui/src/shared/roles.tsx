import type { Author, Role, State } from "../backend";
import { t } from "../words";

/** A role's colour holds everywhere; the letter and the name stand beside it, so that it is never colour alone. */
export const ROLE_TEXT: Record<Role, string> = {
  q_assistant: "text-q-assistant",
  code_writer: "text-code-writer",
  test_auditor: "text-test-auditor",
  verification_overseer: "text-verification-overseer",
  release_manager: "text-release-manager",
};

export const ROLE_DOT: Record<Role, string> = {
  q_assistant: "bg-q-assistant",
  code_writer: "bg-code-writer",
  test_auditor: "bg-test-auditor",
  verification_overseer: "bg-verification-overseer",
  release_manager: "bg-release-manager",
};

const LETTER: Record<Exclude<Author, "you">, string> = {
  q_assistant: "Q",
  code_writer: "C",
  test_auditor: "T",
  verification_overseer: "V",
  release_manager: "R",
  product: "!",
};

export function Badge({ author }: { author: Author }) {
  const colour = author === "you" ? "bg-third" : author === "product" ? "bg-failed" : ROLE_DOT[author];
  return (
    <span
      aria-hidden
      className={`flex size-6 shrink-0 items-center justify-center rounded-control text-[11px] font-semibold text-on-role ${colour}`}
    >
      {author === "you" ? t("roles.you") : LETTER[author]}
    </span>
  );
}

export const roleName = (author: Author) => t(`roles.${author}`);

export const stateName = (state: State) => t(`states.${state}`);
