import { useQuery } from "@tanstack/react-query";
import { Check, X } from "lucide-react";
import { queries, type TestRun } from "../../backend";
import { Ansi } from "../../shared/Ansi";
import { Empty } from "../../shared/Empty";
import { clock, exactSpan } from "../../shared/time";
import { t } from "../../words";

/** Every run of the project's tests that the product made itself, newest first. */
export function TestsTab({ id }: { id: string }) {
  const runs = useQuery(queries.testRuns(id));
  if (runs.data?.length === 0) return <Empty title={t("tests.none")}>{t("tests.noneText")}</Empty>;
  return (
    <div className="h-full overflow-y-auto">
      <ul className="mx-auto flex max-w-[828px] flex-col gap-3 px-6 py-6">
        {runs.data?.map((run, index) => (
          <Run key={run.id} run={run} first={index === 0} />
        ))}
      </ul>
    </div>
  );
}

function Run({ run, first }: { run: TestRun; first: boolean }) {
  return (
    <li data-testid="test-run" data-passed={run.passed} className="card overflow-hidden">
      <div className="flex items-start gap-3 px-4 pt-3">
        {run.passed ? (
          <Check size={16} aria-hidden className="mt-0.5 text-passed" />
        ) : (
          <X size={16} aria-hidden className="mt-0.5 text-failed" />
        )}
        <div className="min-w-0 flex-1">
          <h2 className={`font-semibold ${run.passed ? "" : "text-failed"}`}>{result(run)}</h2>
          <p className="text-small text-third">
            {t("tests.on", {
              phase: t(`states.${run.phase}`),
              attempt: run.attempt,
              time: clock(run.at),
              tree: run.tree_hash.slice(0, 7),
            })}
          </p>
          {run.counts && run.counts.failures.length > 0 && (
            <ul data-selectable className="list-disc py-1 pl-4 font-mono text-failed text-small">
              {run.counts.failures.map((name) => (
                <li key={name}>{name}</li>
              ))}
            </ul>
          )}
        </div>
        <span className="text-right text-small text-third">
          <code className="block font-mono">{run.command}</code>
          {exactSpan(run.elapsed_ms ?? 0)}
        </span>
      </div>
      <details open={first && !run.passed} className="px-4 py-2">
        <summary className="text-second hover:text-ink">{t("tests.log")}</summary>
        <div className="mt-2 max-h-[420px] overflow-y-auto rounded-control border border-line bg-surface px-3 py-2">
          <Ansi text={run.log} />
        </div>
      </details>
    </li>
  );
}

function result({ counts, passed }: TestRun): string {
  if (!counts) return t("tests.uncounted");
  const words = passed
    ? t("tests.passed", { count: counts.passed })
    : t("tests.failed", { failed: counts.failed, count: counts.run });
  return counts.skipped > 0 ? `${words}, ${t("tests.skipped", { count: counts.skipped })}` : words;
}
