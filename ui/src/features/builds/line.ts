import type { BuildSummary, State } from "../../backend";
import { roleName, stateName } from "../../shared/roles";
import { clockWithSeconds } from "../../shared/time";
import { whyItStands } from "../../shared/told";
import { doingWhat } from "../../shared/tools";
import { t } from "../../words";

const BEFORE: Partial<Record<State, [State, State]>> = {
  handoff_to_coder: ["planning", "implementation"],
  handoff_to_tester: ["implementation", "testing"],
  handoff_to_verifier: ["testing", "verification"],
  handoff_to_releaser: ["verification", "deployment"],
};

/** What a build waits for or does, in one line. */
export function lineOf(build: BuildSummary): string {
  if (build.status === "complete") return build.url ? build.url.replace(/^https?:\/\/|\/$/g, "") : t("line.released");
  if (build.status === "cancelled") return t("line.cancelled");
  if (build.status === "paused") return t("line.paused");
  if (build.status === "blocked") return whyItStands(build.reason_code) ?? t("standstill.blocked");
  if (build.waiting_for === "your_answer") return t("line.your_answer");
  if (build.waiting_for === "ready_to_build") return t("line.ready_to_build");
  if (build.waiting_for === "your_approval") {
    const [from, to] = BEFORE[build.state] ?? [build.state, build.state];
    return t("line.your_approval", { from: stateName(from), to: stateName(to) });
  }
  return t("line.at", { who: build.role ? roleName(build.role) : t("brand"), what: doing(build) });
}

/** What the role is doing right now. */
export function doing(build: BuildSummary): string {
  if (build.model_wait) return t("line.model_wait", { time: clockWithSeconds(build.model_wait.until) });
  if (build.doing) return doingWhat(build.doing);
  if (build.state === "planning") return t("line.planning");
  return build.state === "discovery" ? t("line.thinking") : t("line.working");
}
