import { useQuery } from "@tanstack/react-query";
import { Check, CircleAlert, X } from "lucide-react";
import { useState } from "react";
import { type BuildDetail, queries, type TraceRow } from "../../backend";
import { useDesk } from "../../desk";
import { Button } from "../../shared/Button";
import { modelName } from "../../shared/models";
import { dollars, grouped, longSpan } from "../../shared/time";
import { t } from "../../words";
import { RollbackDialog } from "../workflow/RollbackDialog";
import { ChangeSomething } from "./ChangeSomething";
import { LiveCard } from "./LiveCard";

/** What was built, requirement by requirement, what it took, and what can follow. */
export function ReleaseTab({ build }: { build: BuildDetail }) {
  const id = build.summary.workflow_id;
  const checks = useQuery(queries.checks(id));
  const [rollingBack, setRollingBack] = useState(false);
  const [changing, setChanging] = useState(false);
  const { go, openBuild } = useDesk();
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-[728px] flex-col gap-8 px-6 py-7">
        <LiveCard build={build} full />
        <section>
          <h2 className="flex items-baseline pb-2 font-semibold text-read">
            <span className="flex-1">{t("complete.built")}</span>
            <Button kind="quiet" className="-mr-3" onClick={() => openBuild(id, "checks")}>
              {t("complete.toChecks")}
            </Button>
          </h2>
          <ul>
            {checks.data?.trace.map((row) => (
              <Built key={row.requirement} row={row} />
            ))}
          </ul>
        </section>
        <Took build={build} />
        <section hidden={build.summary.trashed_at !== null}>
          <h2 className="pb-2 font-semibold text-read">{t("complete.next")}</h2>
          {changing ? (
            <ChangeSomething build={build} onClose={() => setChanging(false)} />
          ) : (
            <div className="flex flex-wrap gap-2">
              <Button data-testid="change-something" onClick={() => setChanging(true)}>
                {t("complete.change")}
              </Button>
              <Button onClick={() => go({ view: "new" })}>{t("complete.newBuild")}</Button>
              {build.rollback_targets.length > 0 && (
                <Button kind="quiet" onClick={() => setRollingBack(true)}>
                  {t("complete.rollBack")}
                </Button>
              )}
            </div>
          )}
        </section>
      </div>
      {rollingBack && <RollbackDialog build={build} onClose={() => setRollingBack(false)} />}
    </div>
  );
}

function Built({ row }: { row: TraceRow }) {
  const mark =
    row.verdict === "met" ? (
      <Check size={15} aria-label={t("checks.met")} className="mt-1 shrink-0 text-passed" />
    ) : row.verdict === "not_met" ? (
      <X size={15} aria-label={t("checks.not_met")} className="mt-1 shrink-0 text-failed" />
    ) : (
      <CircleAlert size={15} aria-label={t("checks.untested")} className="mt-1 shrink-0 text-waiting" />
    );
  return (
    <li className="flex gap-3 border-line border-t py-2">
      {mark}
      <div className="min-w-0">
        <p data-selectable className="text-read">
          <span className="pr-2 text-small text-third">{row.requirement}</span>
          {row.text}
        </p>
        {row.tests.length > 0 ? (
          <p className="truncate font-mono text-small text-third" title={row.tests.join("\n")}>
            {row.tests.join(" · ")}
          </p>
        ) : (
          <p className="text-small text-waiting">{t("checks.noTest")}</p>
        )}
      </div>
    </li>
  );
}

/** Time, tests, money and returns, each with its name. */
function Took({ build }: { build: BuildDetail }) {
  const openBuild = useDesk((desk) => desk.openBuild);
  const { usage } = build;
  const returns = build.rail.reduce((sum, step) => sum + (step.sent_back?.count ?? 0), 0);
  const tokens = (usage.input_tokens ?? 0) + (usage.output_tokens ?? 0);
  const practice = build.model === "practice";
  const cost = usage.cost !== null ? dollars(usage.cost) : practice ? dollars(0) : t("rail.costUnknown");
  const facts: [string, string][] = [
    [t("rail.elapsed"), longSpan(usage.elapsed_ms ?? 0)],
    [t("tabs.tests"), t("complete.tests", { count: build.tests ?? 0 })],
    [t("complete.sentBack"), returns > 0 ? t("complete.returns", { count: returns }) : t("complete.noReturns")],
    [t("rail.tokens"), grouped(tokens)],
    [t("rail.cost"), cost],
    [t("rail.model"), modelName(build.model)],
  ];
  return (
    <section>
      <h2 className="flex items-baseline pb-2 font-semibold text-read">
        <span className="flex-1">{t("complete.took")}</span>
        <Button kind="quiet" className="-mr-3" onClick={() => openBuild(build.summary.workflow_id, "timeline")}>
          {t("tabs.timeline")}
        </Button>
      </h2>
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 border-line border-t pt-3 min-[760px]:grid-cols-3">
        {facts.map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="text-small text-third">{name}</dt>
            <dd className="truncate" title={value}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
