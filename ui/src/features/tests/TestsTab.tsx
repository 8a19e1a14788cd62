import { useQuery } from "@tanstack/react-query";
import { Check, X } from "lucide-react";
import { useState } from "react";
import { type BuildDetail, commands, queries, type TestRun } from "../../backend";
import { Ansi } from "../../shared/Ansi";
import { useAction } from "../../shared/actions";
import { Button } from "../../shared/Button";
import { Empty } from "../../shared/Empty";
import { Notice } from "../../shared/Notice";
import { clock, exactSpan, listed } from "../../shared/time";
import { WithCode } from "../../shared/WithCode";
import { t } from "../../words";
import { useBuildAction } from "../builds/useBuildAction";

/** Every run of the project's tests that the product made itself, newest first. */
export function TestsTab({ build }: { build: BuildDetail }) {
  const runs = useQuery(queries.testRuns(build.summary.workflow_id));
  return (
    <div className="flex h-full flex-col overflow-y-auto">
      <div className="mx-auto w-full max-w-[828px] px-6 pt-6">
        <TestCommand build={build} />
      </div>
      {runs.data?.length === 0 && <Empty title={t("tests.none")}>{t("tests.noneText")}</Empty>}
      <ul className="mx-auto flex w-full max-w-[828px] flex-col gap-3 px-6 py-4">
        {runs.data?.map((run, index) => (
          <Run key={run.id} run={run} first={index === 0} />
        ))}
      </ul>
    </div>
  );
}

/** How the project's tests are run: found by the product, unless the person says it better. */
function TestCommand({ build }: { build: BuildDetail }) {
  const { act, busy, error, forget } = useBuildAction();
  const [editing, setEditing] = useState(false);
  const [command, setCommand] = useState("");
  const id = build.summary.workflow_id;
  const edit = () => {
    setCommand(build.test_command ?? "");
    setEditing(true);
  };
  useAction({ id: "test_command", run: edit }, { enabled: !editing });
  if (!editing) {
    return (
      <p className="flex min-h-7 items-center gap-2 text-second">
        <span className="min-w-0 flex-1 truncate">
          {build.test_command ? (
            <WithCode text={t("tests.runWith", { command: build.test_command })} />
          ) : (
            t("tests.commandFound")
          )}
        </span>
        <Button kind="quiet" data-testid="change-test-command" onClick={edit}>
          {t("tests.changeCommand")}
        </Button>
      </p>
    );
  }
  return (
    <form
      className="card px-4 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        void act(() => commands.setTestCommand(id, command)).then((done) => done && setEditing(false));
      }}
    >
      {error && <Notice onDismiss={forget}>{error}</Notice>}
      <label className="block pb-1 font-medium" htmlFor="test-command">
        {t("tests.command")}
      </label>
      <input
        id="test-command"
        // biome-ignore lint/a11y/noAutofocus: it appears because the person asked for it
        autoFocus
        data-testid="test-command"
        value={command}
        placeholder="make check"
        spellCheck={false}
        onChange={(event) => setCommand(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && setEditing(false)}
        className="h-8 w-full rounded-control border border-line bg-panel px-2 font-mono text-small"
      />
      <p className="pt-1 text-small text-third">{t("tests.commandHint")}</p>
      <div className="flex gap-2 pt-3">
        <Button kind="primary" type="submit" data-testid="save-test-command" disabled={busy}>
          {t("tests.saveCommand")}
        </Button>
        <Button onClick={() => setEditing(false)}>{t("cancel")}</Button>
      </div>
    </form>
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
  return counts.skipped > 0 ? listed([words, t("tests.skipped", { count: counts.skipped })]) : words;
}
