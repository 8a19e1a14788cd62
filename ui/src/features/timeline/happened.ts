import type { TimelineItem } from "../../backend";
import { roleName, stateName } from "../../shared/roles";
import { whyItStands } from "../../shared/told";
import { said, t } from "../../words";
import { budgetText } from "../money/budget";

/** What happened, in a sentence. */
export function happened({ event, event_type }: TimelineItem): string {
  switch (event.kind) {
    case "started":
    case "paused":
    case "resumed":
    case "cancelled":
    case "live":
    case "requirements_written":
    case "plan_written":
    case "ready_to_build":
    case "work_kept":
    case "retry_limit_raised":
      return t(`timeline.event_${event.kind}`, { ...event });
    case "attempt_started":
    case "evidence_gathered":
    case "phase_done":
      return t(`timeline.event_${event.kind}`, { ...event, phase: stateName(event.state) });
    case "state_changed":
      return t("timeline.event_state_changed", { from: stateName(event.from), to: stateName(event.to) });
    case "handed_over":
      return t("timeline.event_handed_over", { from: roleName(event.from), to: roleName(event.to), tree: event.tree });
    case "handoff_approved":
    case "handoff_sent_back":
    case "handoff_void":
      return event.reason
        ? t(`timeline.event_${event.kind}_because`, { reason: event.reason })
        : t(`timeline.event_${event.kind}`);
    case "sent_back":
    case "rolled_back":
      return t(`timeline.event_${event.kind}`, { ...event, phase: stateName(event.to) });
    case "talk_taken_back":
      return t("timeline.event_talk_taken_back", { phase: stateName(event.to) });
    case "rollback_undone":
      return t("timeline.event_rollback_undone", { phase: stateName(event.to) });
    case "blocked":
      return t("timeline.event_blocked", { why: whyItStands(event.code) ?? event.reason });
    case "policy_changed":
      return t("timeline.event_policy_changed", { policy: t(`setup.${event.policy}`) });
    case "budget_set":
      return t("timeline.event_budget_set", { budget: budgetText(event.budget) });
    case "noted": {
      const what = said(`timeline.noted_${event_type}`) ?? readable(event_type);
      return event.detail ? t("timeline.noted", { what, detail: event.detail }) : what;
    }
    case "unknown":
      return readable(event_type);
  }
}

const readable = (type: string) => type.replaceAll("_", " ");
