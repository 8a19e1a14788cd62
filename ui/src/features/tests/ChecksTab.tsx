import { useQuery } from "@tanstack/react-query";
import { Check, CircleAlert, X } from "lucide-react";
import { useState } from "react";
import { type Check as Checked, queries, type TraceRow } from "../../backend";
import { useDesk } from "../../desk";
import { Button } from "../../shared/Button";
import { Empty } from "../../shared/Empty";
import { Notice, sentence } from "../../shared/Notice";
import { Tag } from "../../shared/Tag";
import { clock } from "../../shared/time";
import { WithCode } from "../../shared/WithCode";
import { t } from "../../words";
import { checkDetail, checkName } from "./checks";
import { Printed } from "./Printed";

/** The product's own checks, and each requirement with what proves it. */
export function ChecksTab({ id }: { id: string }) {
  const checks = useQuery(queries.checks(id));
  const openBuild = useDesk((desk) => desk.openBuild);
  const found = checks.data;
  if (checks.isError) {
    return (
      <div className="p-6">
        <Notice>{sentence(checks.error)}</Notice>
      </div>
    );
  }
  if (!found) return <div className="h-full" aria-busy="true" />;
  if (found.checks.length === 0 && found.trace.every((row) => row.verdict === null)) {
    return (
      <Empty
        title={t("checks.none")}
        action={<Button onClick={() => openBuild(id, "plan")}>{t("checks.toRequirements")}</Button>}
      >
        {t("checks.noneText")}
      </Empty>
    );
  }
  const untested = found.trace.filter((row) => row.tests.length === 0);
  return (
    <div className="@container h-full overflow-y-auto">
      <div className="mx-auto max-w-[828px] px-6 py-7">
        {found.checks.length > 0 && (
          <section className="pb-8">
            <h2 className="pb-2 font-semibold text-read">
              {t("checks.checks", { tree: found.tree_hash?.slice(0, 7) ?? "" })}
            </h2>
            <ul>
              {found.checks.map((check) => (
                <Line key={check.name} check={check} />
              ))}
            </ul>
            <Runs id={id} />
          </section>
        )}
        <section>
          <h2 className="pb-1 font-semibold text-read">{t("checks.matrix")}</h2>
          <p className={`flex items-center gap-1.5 pb-2 ${untested.length > 0 ? "text-waiting" : "text-passed"}`}>
            {untested.length > 0 ? <CircleAlert size={14} aria-hidden /> : <Check size={14} aria-hidden />}
            {untested.length > 0
              ? t("checks.someUntested", {
                  count: untested.length,
                  ids: untested.map((row) => row.requirement).join(", "),
                })
              : t("checks.allTested")}
          </p>
          <ul>
            {found.trace.map((row) => (
              <Trace key={row.requirement} row={row} />
            ))}
          </ul>
        </section>
      </div>
    </div>
  );
}

function Line({ check }: { check: Checked }) {
  return (
    <li
      data-testid="check"
      data-ok={check.ok}
      className="flex flex-wrap items-baseline gap-x-3 border-line border-t py-2"
    >
      {check.ok ? (
        <Check size={15} className="translate-y-0.5 self-start text-passed" aria-label={t("checks.ok")} />
      ) : (
        <X size={15} className="translate-y-0.5 self-start text-failed" aria-label={t("checks.notOk")} />
      )}
      <span className="@max-[560px]:w-[calc(100%-27px)] w-[280px] font-medium">{checkName(check)}</span>
      <span data-selectable className="@max-[560px]:pl-[27px] min-w-0 flex-1 break-words text-second">
        <WithCode text={checkDetail(check)} />
      </span>
    </li>
  );
}

/** The runs of the tests that belong to the checks, with what they printed. */
function Runs({ id }: { id: string }) {
  const runs = useQuery(queries.testRuns(id));
  const [shown, setShown] = useState<string | null>(null);
  const mine = (runs.data ?? []).filter((run) => run.phase === "verification");
  return (
    <ul className="border-line border-t">
      {mine.map((run) => (
        <li key={run.id} className="border-faint border-b">
          <button
            type="button"
            data-testid="check-run"
            aria-expanded={shown === run.id}
            onClick={() => setShown(shown === run.id ? null : run.id)}
            className="flex min-h-8 w-full items-center gap-2 py-1 text-left text-second hover:text-ink focus-visible:-outline-offset-2"
          >
            {run.passed ? (
              <Check size={14} className="text-passed" aria-hidden />
            ) : (
              <X size={14} className="text-failed" aria-hidden />
            )}
            <span className="min-w-0 flex-1 truncate">
              {t("checks.run", { attempt: run.attempt, time: clock(run.at), command: run.command })}
            </span>
            <span className="text-small underline underline-offset-2">
              {t(shown === run.id ? "checks.hideOutput" : "checks.showOutput")}
            </span>
          </button>
          {shown === run.id && <RunOutput id={id} run={run.id} />}
        </li>
      ))}
    </ul>
  );
}

function RunOutput({ id, run }: { id: string; run: string }) {
  const detail = useQuery(queries.testRun(id, run));
  if (detail.isError) return <Notice>{sentence(detail.error)}</Notice>;
  if (!detail.data) return <div aria-busy="true" className="h-16" />;
  return (
    <div className="flex max-h-[360px] flex-col">
      <Printed title={t("tests.log")} text={detail.data.log} />
    </div>
  );
}

const TONE = { met: "passed", not_met: "failed", untested: "waiting" } as const;

function Trace({ row }: { row: TraceRow }) {
  const isUntested = row.tests.length === 0;
  return (
    <li data-testid="trace" data-verdict={row.verdict ?? "open"} className="flex gap-3 border-line border-t py-2.5">
      <span className="w-8 shrink-0 text-small text-third leading-5">{row.requirement}</span>
      <div className="min-w-0 flex-1">
        <p data-selectable className="text-read">
          {row.text}
        </p>
        {isUntested ? (
          <p className="flex items-center gap-1.5 pt-0.5 text-waiting">
            <CircleAlert size={13} aria-hidden />
            {t("checks.noTest")}
          </p>
        ) : (
          <ul data-selectable className="pt-0.5 font-mono text-second text-small">
            {row.tests.map((test) => (
              <li key={test} className="flex items-baseline gap-1.5 break-words">
                <Check size={12} className="shrink-0 translate-y-0.5 text-passed" aria-label={t("tests.passedWord")} />
                <span className="min-w-0 break-words">{test}</span>
              </li>
            ))}
          </ul>
        )}
        {row.evidence && (
          <p data-selectable className="pt-0.5 text-small text-third">
            {t("checks.overseerSays", { words: row.evidence })}
          </p>
        )}
      </div>
      <span className="shrink-0">
        <Tag tone={row.verdict ? TONE[row.verdict] : "plain"}>{t(`checks.${row.verdict ?? "open"}`)}</Tag>
      </span>
    </li>
  );
}
