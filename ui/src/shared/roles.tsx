import { Braces, FlaskConical, type LucideIcon, Rocket, ScanSearch } from "lucide-react";
import type { Author, Role, State } from "../backend";
import { t } from "../words";

/** A role's colour holds everywhere; a sign and the name stand beside it, so that it is never colour alone. */
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

/** The picture that stands for a role wherever there is no place for its name. Q Assistant has the product's own letter. */
export const ROLE_ICON: Record<Exclude<Role, "q_assistant">, LucideIcon> = {
  code_writer: Braces,
  test_auditor: FlaskConical,
  verification_overseer: ScanSearch,
  release_manager: Rocket,
};

export function Badge({ author }: { author: Author }) {
  const colour = author === "you" ? "bg-third" : author === "product" ? "bg-failed" : ROLE_DOT[author];
  return (
    <span
      aria-hidden
      className={`flex size-6 shrink-0 items-center justify-center rounded-control font-semibold text-on-role ${author === "you" ? "text-[10px] tracking-[-0.03em]" : "text-[11px]"} ${colour}`}
    >
      <Sign author={author} />
    </span>
  );
}

function Sign({ author }: { author: Author }) {
  if (author === "you") return t("roles.badge_you");
  if (author === "product") return "!";
  if (author === "q_assistant") return "Q";
  const Icon = ROLE_ICON[author];
  return <Icon size={14} strokeWidth={2.25} />;
}

export const roleName = (author: Author) => t(`roles.${author}`);

export const stateName = (state: State) => t(`states.${state}`);
