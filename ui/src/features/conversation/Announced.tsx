import type { BuildDetail, ConversationItem } from "../../backend";
import { roleName } from "../../shared/roles";
import { t } from "../../words";

/** So much of a message is read out by itself; the rest stands in the conversation. */
const READ_OUT = 300;

/** What a screen reader says when somebody has finished speaking. Not the conversation itself: it would be read anew while it streams. */
export function Announced({ item, build }: { item: ConversationItem | undefined; build: BuildDetail }) {
  const card = build.open_handoff;
  const heard = item && item.author !== "you" ? item : undefined;
  return (
    <p className="sr-only" aria-live="polite">
      {heard && (
        <span>{t("conversation.heard", { who: roleName(heard.author), words: heard.text.slice(0, READ_OUT) })}</span>
      )}
      {card && <span>{t("handoff.title", { from: roleName(card.from_role), to: roleName(card.to_role) })}</span>}
      {build.standstill && <span>{t("standstill.blocked")}</span>}
    </p>
  );
}
