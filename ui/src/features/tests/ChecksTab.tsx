import { useQuery } from "@tanstack/react-query";
import { Check, X } from "lucide-react";
import { queries, type TraceRow } from "../../backend";
import { Empty } from "../../shared/Empty";
import { WithCode } from "../../shared/WithCode";
import { t } from "../../words";
import { checkDetail, checkName } from "./checks";

/** The product's own checks, and each requirement with what proves it. */
export function ChecksTab({ id }: { id: string }) {
  const checks = useQuery(queries.checks(id));
  const found = checks.data;
  if (!found) return null;
  if (found.checks.length === 0 && found.trace.every((row) => row.verdict === null)) {
    return <Empty title={t("checks.none")}>{t("checks.noneText")}</Empty>;
  }
  return (
    <div className="h-full overflow-y-auto">
      <div className="mx-auto max-w-[828px] px-6 py-7">
        {found.checks.length > 0 && (
          <section className="pb-8">
            <h2 className="pb-2 font-semibold text-read">
              {t("checks.checks", { tree: found.tree_hash?.slice(0, 7) ?? "" })}
            </h2>
            <ul>
              {found.checks.map((check) => (
                <li key={check.name} className="flex items-baseline gap-3 border-line border-t py-2">
                  {check.ok ? (
                    <Check size={15} className="translate-y-0.5 text-passed" aria-label="✓" />
                  ) : (
                    <X size={15} className="translate-y-0.5 text-failed" aria-label="✗" />
                  )}
                  <span className="w-[280px] shrink-0 font-medium">{checkName(check)}</span>
                  <span data-selectable className="min-w-0 break-words text-second">
                    <WithCode text={checkDetail(check)} />
                  </span>
                </li>
              ))}
            </ul>
          </section>
        )}
        <section>
          <h2 className="pb-2 font-semibold text-read">{t("checks.matrix")}</h2>
          <table className="w-full text-left">
            <thead className="text-small text-third">
              <tr>
                <th colSpan={2} className="py-1 font-normal">
                  {t("checks.requirement")}
                </th>
                <th className="w-[110px] py-1 font-normal">{t("checks.verdict")}</th>
                <th className="w-[42%] py-1 font-normal">{t("checks.proof")}</th>
              </tr>
            </thead>
            <tbody>
              {found.trace.map((row) => (
                <Trace key={row.requirement} row={row} />
              ))}
            </tbody>
          </table>
        </section>
      </div>
    </div>
  );
}

function Trace({ row }: { row: TraceRow }) {
  const colour =
    row.verdict === "met"
      ? "text-passed"
      : row.verdict === "not_met"
        ? "text-failed"
        : row.verdict
          ? "text-waiting"
          : "text-third";
  return (
    <tr className="border-line border-t align-top">
      <td className="w-9 py-2 text-small text-third">{row.requirement}</td>
      <td data-selectable className="py-2 pr-4">
        {row.text}
      </td>
      <td className={`py-2 ${colour}`}>{t(`checks.${row.verdict ?? "open"}`)}</td>
      <td data-selectable className="py-2 text-second">
        {row.tests.length > 0 && (
          <ul className="font-mono text-small">
            {row.tests.map((test) => (
              <li key={test} className="break-words">
                {test}
              </li>
            ))}
          </ul>
        )}
        {row.evidence}
      </td>
    </tr>
  );
}
