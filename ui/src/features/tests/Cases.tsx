import { useQuery } from "@tanstack/react-query";
import { Check, ChevronRight, CircleMinus, X } from "lucide-react";
import { useMemo, useState } from "react";
import { type CaseChange, type CaseOutcome, queries, type TestCaseResult, type TestRun } from "../../backend";
import { Notice, sentence } from "../../shared/Notice";
import { RowList } from "../../shared/RowList";
import { exactSpan } from "../../shared/time";
import { t } from "../../words";
import { type CaseRow, caseRows, type Filter, suiteOf } from "./cases";
import { Printed } from "./Printed";

const FILTERS: Filter[] = ["all", "failed", "changed"];

/** The cases of a run as a tree, what failed first, and beside it what was printed. */
export function Cases({ id, run }: { id: string; run: TestRun }) {
  const detail = useQuery(queries.testRun(id, run.id));
  const [filter, setFilter] = useState<Filter>("all");
  const [wanted, setWanted] = useState("");
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [chosen, setChosen] = useState<string | null>(null);
  const found = detail.data;
  const rows = useMemo(() => caseRows(found?.cases ?? [], filter, wanted, closed), [found, filter, wanted, closed]);
  if (detail.isError) {
    return (
      <div className="p-4">
        <Notice>{sentence(detail.error)}</Notice>
      </div>
    );
  }
  if (!found) return <div className="flex-1" aria-busy="true" />;
  const at = rows.findIndex((row) => row.kind === "case" && row.key === chosen);
  // What failed is what one comes for.
  const first = rows.findIndex((row) => row.kind === "case" && row.case.outcome === "failed");
  const current = at >= 0 ? at : chosen === null ? first : -1;
  const row = rows[current];
  const shown = row?.kind === "case" ? row.case : null;
  const toggle = (name: string) =>
    setClosed((before) => {
      const next = new Set(before);
      if (!next.delete(name)) next.add(name);
      return next;
    });
  if (found.cases.length === 0) {
    return (
      <div className="flex min-h-0 flex-1 flex-col">
        <p className="px-4 pt-3 text-second">{t("tests.noCases")}</p>
        <Printed title={t("tests.log")} text={found.log} />
      </div>
    );
  }
  return (
    <div className="flex min-h-0 flex-1 @max-[640px]:flex-col">
      <div className="flex @max-[640px]:h-[46%] @max-[640px]:w-full w-[42%] min-w-0 shrink-0 flex-col border-line @max-[640px]:border-r-0 @max-[640px]:border-b border-r">
        <div className="flex flex-wrap items-center gap-2 p-2">
          <input
            aria-label={t("tests.filter")}
            placeholder={t("tests.filter")}
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
            className="h-7 min-w-[96px] flex-1 rounded-control border border-line bg-panel px-2"
          />
          <div className="flex rounded-control border border-line p-0.5">
            {FILTERS.filter((each) => each !== "changed" || found.compared).map((each) => (
              <button
                key={each}
                type="button"
                data-testid={`cases-${each}`}
                aria-pressed={filter === each}
                onClick={() => setFilter(each)}
                className="h-5 rounded-[5px] px-2 text-second text-small aria-pressed:bg-faint aria-pressed:text-ink"
              >
                {t(`tests.show_${each}`)}
              </button>
            ))}
          </div>
        </div>
        {rows.length === 0 ? (
          <p className="px-4 py-2 text-third">
            {t(filter === "failed" && wanted === "" ? "tests.noneFailed" : "tests.noMatch")}
          </p>
        ) : (
          <RowList label={t("tests.cases")} rows={rows} height={28} current={current}>
            {(row, keys, index) => (
              <Row
                key={row.kind === "suite" ? `${row.name}/` : row.key}
                row={row}
                keys={keys}
                isCurrent={index === current}
                onClick={() => (row.kind === "suite" ? toggle(row.name) : setChosen(row.key))}
              />
            )}
          </RowList>
        )}
        {filter === "changed" && found.gone.length > 0 && (
          <section className="max-h-[30%] overflow-y-auto border-line border-t px-4 py-2">
            <h3 className="text-small text-waiting">{t("tests.gone", { count: found.gone.length })}</h3>
            <ul data-selectable className="font-mono text-second text-small">
              {found.gone.map((name) => (
                <li key={name} className="break-words">
                  {name}
                </li>
              ))}
            </ul>
          </section>
        )}
      </div>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        {shown ? (
          <CaseDetail shown={shown} onLog={() => setChosen("")} />
        ) : (
          <Printed title={t("tests.log")} text={found.log} />
        )}
      </div>
    </div>
  );
}

const ICON: Record<CaseOutcome, typeof Check> = { passed: Check, failed: X, skipped: CircleMinus };
const LOOK: Record<CaseOutcome, string> = { passed: "text-passed", failed: "text-failed", skipped: "text-third" };
const CHANGE_LOOK: Record<CaseChange, string> = {
  new: "text-code-writer",
  newly_failing: "text-failed",
  newly_passing: "text-passed",
};

function Mark({ outcome }: { outcome: CaseOutcome }) {
  const Icon = ICON[outcome];
  return <Icon size={14} aria-label={t(`tests.${outcome}Word`)} className={`shrink-0 ${LOOK[outcome]}`} />;
}

function Row({
  row,
  keys,
  isCurrent,
  onClick,
}: {
  row: CaseRow;
  keys: { "data-row": number; tabIndex: 0 | -1 };
  isCurrent: boolean;
  onClick: () => void;
}) {
  const look =
    "flex h-7 w-full items-center gap-2 rounded-control pr-2 text-left hover:bg-faint focus-visible:-outline-offset-2";
  if (row.kind === "suite") {
    return (
      <button
        {...keys}
        type="button"
        role="treeitem"
        aria-level={1}
        aria-expanded={row.open}
        onClick={onClick}
        className={`${look} pl-1`}
      >
        <ChevronRight
          size={12}
          aria-hidden
          className={`shrink-0 text-third transition-transform ${row.open ? "rotate-90" : ""}`}
        />
        <span className="min-w-0 flex-1 truncate font-medium" title={row.name}>
          {row.name || t("tests.noSuite")}
        </span>
        <span className={`text-small ${row.failed > 0 ? "text-failed" : "text-third"}`}>
          {row.failed > 0 ? t("tests.suiteFailed", { failed: row.failed, count: row.count }) : row.count}
        </span>
      </button>
    );
  }
  return (
    <button
      {...keys}
      type="button"
      role="treeitem"
      aria-level={2}
      aria-selected={isCurrent}
      data-testid="test-case"
      data-outcome={row.case.outcome}
      onClick={onClick}
      className={`${look} pl-5 ${isCurrent ? "bg-faint" : ""}`}
    >
      <Mark outcome={row.case.outcome} />
      <span className="min-w-0 flex-1 truncate" title={row.case.name}>
        {row.case.name}
      </span>
      {row.case.change && (
        <span className={`shrink-0 text-small ${CHANGE_LOOK[row.case.change]}`}>{t(`tests.${row.case.change}`)}</span>
      )}
      {row.case.ms !== null && <span className="shrink-0 text-small text-third">{exactSpan(row.case.ms)}</span>}
    </button>
  );
}

function CaseDetail({ shown, onLog }: { shown: TestCaseResult; onLog: () => void }) {
  const suite = suiteOf(shown);
  return (
    <>
      <div className="flex items-start gap-2 px-4 pt-3">
        <span className="pt-0.5">
          <Mark outcome={shown.outcome} />
        </span>
        <div className="min-w-0 flex-1">
          <h3 data-selectable className="break-words font-semibold">
            {shown.name}
          </h3>
          <p data-selectable className="break-words text-small text-third">
            {suite}
          </p>
        </div>
        <button
          type="button"
          data-testid="whole-log"
          className="text-small text-third hover:text-ink hover:underline"
          onClick={onLog}
        >
          {t("tests.wholeLog")}
        </button>
      </div>
      {shown.output === "" ? (
        <p className="px-4 py-3 text-third">{t("tests.nothingPrinted")}</p>
      ) : (
        <Printed title={t("tests.output")} text={shown.output} />
      )}
    </>
  );
}
