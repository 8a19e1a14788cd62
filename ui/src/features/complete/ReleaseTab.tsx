import { useQuery } from "@tanstack/react-query";
import { Check, Minus } from "lucide-react";
import { useState } from "react";
import { type BuildDetail, queries } from "../../backend";
import { useDesk } from "../../desk";
import { Button } from "../../shared/Button";
import { grouped, longSpan } from "../../shared/time";
import { t } from "../../words";
import { RollbackDialog } from "../workflow/RollbackDialog";
import { LiveCard } from "./LiveCard";

/** What was built, requirement by requirement, what it took, and what can follow. */
export function ReleaseTab({ build }: { build: BuildDetail }) {
  const checks = useQuery(queries.checks(build.summary.workflow_id));
  const [rollingBack, setRollingBack] = useState(false);
  const go = useDesk((desk) => desk.go);
  const returns = build.rail.reduce((sum, step) => sum + (step.sent_back?.count ?? 0), 0);
  const tokens = (build.usage.input_tokens ?? 0) + (build.usage.output_tokens ?? 0);
  const took = [
    longSpan(build.usage.elapsed_ms ?? 0),
    t("complete.tests", { count: build.tests ?? 0 }),
    returns > 0 ? t("complete.returns", { count: returns }) : t("complete.noReturns"),
    t("money.tokenCount", { tokens: grouped(tokens) }),
  ];
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-[728px] flex-col gap-8 px-6 py-7">
        <LiveCard build={build} full />
        <section>
          <h2 className="pb-2 font-semibold text-read">{t("complete.built")}</h2>
          <ul>
            {checks.data?.trace.map((row) => (
              <li key={row.requirement} className="flex gap-3 border-line border-t py-2">
                {row.verdict === "met" ? (
                  <Check size={15} aria-label={t("checks.met")} className="mt-1 shrink-0 text-passed" />
                ) : (
                  <Minus size={15} aria-label={t("checks.untested")} className="mt-1 shrink-0 text-waiting" />
                )}
                <div className="min-w-0">
                  <p className="text-read">
                    <span className="pr-2 text-small text-third">{row.requirement}</span>
                    {row.text}
                  </p>
                  {row.tests.length > 0 && (
                    <p className="truncate font-mono text-small text-third" title={row.tests.join("\n")}>
                      {row.tests.join(" · ")}
                    </p>
                  )}
                </div>
              </li>
            ))}
          </ul>
        </section>
        <section>
          <h2 className="pb-1 font-semibold text-read">{t("complete.took")}</h2>
          <p className="text-second">{took.join(" · ")}</p>
        </section>
        <section>
          <h2 className="pb-2 font-semibold text-read">{t("complete.next")}</h2>
          <div className="flex gap-2">
            <Button onClick={() => go({ view: "new" })}>{t("complete.newBuild")}</Button>
            {build.rollback_targets.length > 0 && (
              <Button onClick={() => setRollingBack(true)}>{t("complete.rollBack")}</Button>
            )}
          </div>
        </section>
      </div>
      {rollingBack && <RollbackDialog build={build} onClose={() => setRollingBack(false)} />}
    </div>
  );
}
