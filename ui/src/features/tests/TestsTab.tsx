import { useQuery } from "@tanstack/react-query";
import { Check, X } from "lucide-react";
import { useState } from "react";
import { type BuildDetail, queries, type TestRun } from "../../backend";
import { Empty } from "../../shared/Empty";
import { Notice, sentence } from "../../shared/Notice";
import { Select } from "../../shared/Select";
import { clockWithSeconds, exactSpan, listed } from "../../shared/time";
import { WithCode } from "../../shared/WithCode";
import { t } from "../../words";
import { Cases } from "./Cases";
import { TestCommand } from "./TestCommand";

/** The runs of the project's tests that the product made itself: one at a time, the newest first. */
export function TestsTab({ build }: { build: BuildDetail }) {
  const id = build.summary.workflow_id;
  const runs = useQuery(queries.testRuns(id));
  const [chosen, setChosen] = useState<string | null>(null);
  const all = runs.data ?? [];
  const run = all.find((each) => each.id === chosen) ?? all[0];
  return (
    <div className="@container flex h-full flex-col">
      <div className="border-line border-b px-4 py-1.5">
        <TestCommand build={build} />
      </div>
      {runs.isError && (
        <div className="p-6">
          <Notice>{sentence(runs.error)}</Notice>
        </div>
      )}
      {runs.data && !run && <Empty title={t("tests.none")}>{t("tests.noneText")}</Empty>}
      {run && (
        <>
          <Head run={run} runs={all} onChoose={setChosen} />
          <Cases key={run.id} id={id} run={run} />
        </>
      )}
    </div>
  );
}

function Head({ run, runs, onChoose }: { run: TestRun; runs: readonly TestRun[]; onChoose: (id: string) => void }) {
  return (
    <div
      data-testid="test-run"
      data-passed={run.passed}
      className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-4 py-2.5"
    >
      {run.passed ? (
        <Check size={16} aria-hidden className="text-passed" />
      ) : (
        <X size={16} aria-hidden className="text-failed" />
      )}
      <div className="min-w-0 flex-1">
        <h2 className={`font-semibold ${run.passed ? "" : "text-failed"}`}>{result(run)}</h2>
        <p data-selectable className="truncate text-small text-third">
          <WithCode
            text={t("tests.how", {
              time: exactSpan(run.elapsed_ms ?? 0),
              tree: run.tree_hash.slice(0, 7),
              command: run.command,
            })}
          />
        </p>
      </div>
      {runs.length > 1 && (
        <Select
          aria-label={t("tests.which")}
          data-testid="which-run"
          value={run.id}
          onChange={(event) => onChoose(event.target.value)}
        >
          {runs.map((each) => (
            <option key={each.id} value={each.id}>
              {t(each.passed ? "tests.runPassed" : "tests.runFailed", {
                phase: t(`states.${each.phase}`),
                attempt: each.attempt,
                time: clockWithSeconds(each.at),
              })}
            </option>
          ))}
        </Select>
      )}
    </div>
  );
}

function result({ counts, passed }: TestRun): string {
  if (!counts) return t("tests.uncounted");
  const words = passed
    ? t("tests.passed", { count: counts.passed })
    : t("tests.failed", { failed: counts.failed, count: counts.run });
  return counts.skipped > 0 ? listed([words, t("tests.skipped", { count: counts.skipped })]) : words;
}
