import type { EvidenceFact } from "../../backend";
import { exactSpan, listed } from "../../shared/time";
import { t } from "../../words";
import { checkDetail, checkName } from "../tests/checks";

/** What was measured, in a line: what it is, more about it, and what its link is called. */
export type Phrased = { claim: string; detail: string; link: string };

export function phrase(fact: EvidenceFact): Phrased {
  switch (fact.kind) {
    case "plan":
      return {
        claim: t("evidence.plan", fact),
        detail: t("evidence.planTasks", { count: fact.tasks }),
        link: t("evidence.toPlan"),
      };
    case "tasks":
      return {
        claim: t("evidence.tasks", { count: fact.planned, done: fact.done }),
        detail:
          fact.skipped.length === 0
            ? t("evidence.tasksDone")
            : listed(fact.skipped.map((task) => t("evidence.taskSkipped", task))),
        link: t("evidence.toPlan"),
      };
    case "files":
      return {
        claim: t("evidence.files", { count: fact.changed }),
        detail: t("evidence.lines", fact),
        link: fact.tree,
      };
    case "tests": {
      const good = fact.run > 0 && fact.failed === 0;
      return {
        claim: good
          ? t("tests.passed", { count: fact.run })
          : t("tests.failed", { count: fact.run, failed: fact.failed }),
        detail: t("evidence.ran", { time: exactSpan(fact.ms ?? 0), command: fact.command }),
        link: t("evidence.toLog"),
      };
    }
    case "tested":
      return {
        claim: t("evidence.requirements", { count: fact.all, part: fact.count }),
        detail:
          fact.untested.length === 0 ? t("evidence.allTested") : t("evidence.untested", { ids: listed(fact.untested) }),
        link: t("evidence.toMatrix"),
      };
    case "old_tests":
      return {
        claim: t(fact.removed + fact.weakened === 0 ? "evidence.notWeakened" : "evidence.weakened"),
        detail: t("evidence.oldTests", fact),
        link: t("evidence.toDiff"),
      };
    case "proven":
      return {
        claim: t("evidence.requirements", { count: fact.all, part: fact.count }),
        detail: t(fact.count === fact.all ? "evidence.allProven" : "evidence.notAllProven"),
        link: t("evidence.toMatrix"),
      };
    case "check":
      return { claim: checkName(fact.check), detail: checkDetail(fact.check), link: t("evidence.toCheck") };
    case "release":
      return { claim: t("evidence.release"), detail: fact.how, link: fact.tree };
    case "requirements":
      return {
        claim: t("evidence.requirementsWritten", { count: fact.count }),
        detail: fact.title,
        link: t("evidence.toPlan"),
      };
    case "merged":
      return { claim: t("evidence.merged", fact), detail: t("evidence.tag", fact), link: fact.commit };
    case "probed":
      return { claim: t("evidence.probed"), detail: t("evidence.probedAt", fact), link: t("evidence.toRelease") };
  }
}
