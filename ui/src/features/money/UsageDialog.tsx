import { useQuery } from "@tanstack/react-query";
import { type BuildDetail, type ModelCall, queries } from "../../backend";
import { Button } from "../../shared/Button";
import { Dialog } from "../../shared/Dialog";
import { modelName } from "../../shared/models";
import { Notice, sentence } from "../../shared/Notice";
import { Badge, roleName } from "../../shared/roles";
import { dollars, exactSpan, grouped } from "../../shared/time";
import { t } from "../../words";
import { budgetText } from "./budget";

type Props = { build: BuildDetail; onClose: () => void; onBudget: () => void };

/** What the models of a build used: by role and attempt, and each call of it. */
export function UsageDialog({ build, onClose, onBudget }: Props) {
  const usage = useQuery(queries.usage(build.summary.workflow_id));
  const over = build.summary.status === "complete" || build.summary.status === "cancelled";
  const calls = usage.data?.calls ?? [];
  return (
    <Dialog open onClose={onClose} wide title={t("money.usageTitle")}>
      {usage.isError && <Notice>{sentence(usage.error)}</Notice>}
      <div className="flex items-center gap-3 pb-3">
        <p className="flex-1 text-second">{t("money.budgetIs", { budget: budgetText(build.usage.budget) })}</p>
        {!over && (
          <Button data-testid="change-budget" onClick={onBudget}>
            {t("money.change")}
          </Button>
        )}
      </div>
      {usage.data && calls.length === 0 && <p className="text-second">{t("money.noCalls")}</p>}
      {calls.length > 0 && (
        <table data-testid="usage" className="w-full border-separate border-spacing-0 tabular-nums">
          <thead>
            <tr className="text-right text-small text-third">
              <th scope="col" className="pb-1 text-left font-medium">
                {t("money.who")}
              </th>
              <th scope="col" className="whitespace-nowrap pb-1 pl-4 font-medium">
                {t("money.in")}
              </th>
              <th scope="col" className="whitespace-nowrap pb-1 pl-4 font-medium">
                {t("money.out")}
              </th>
              <th scope="col" className="whitespace-nowrap pb-1 pl-4 font-medium">
                {t("money.time")}
              </th>
              <th scope="col" className="whitespace-nowrap pb-1 pl-4 font-medium">
                {t("rail.cost")}
              </th>
            </tr>
          </thead>
          {parts(calls).map((part) => (
            <Part key={part.key} calls={part.calls} />
          ))}
          <tfoot>
            <Row
              name={t("money.all", { count: calls.length })}
              calls={calls}
              className="border-line border-t pt-1.5 font-medium"
            />
          </tfoot>
        </table>
      )}
    </Dialog>
  );
}

/** Calls that follow one another in one attempt of one role. */
function parts(calls: ModelCall[]): { key: string; calls: ModelCall[] }[] {
  const found: { key: string; calls: ModelCall[] }[] = [];
  for (const call of calls) {
    const key = `${call.role} ${call.phase} ${call.attempt}`;
    const last = found.at(-1);
    if (last?.key.startsWith(`${key} `)) last.calls.push(call);
    else found.push({ key: `${key} ${found.length}`, calls: [call] });
  }
  return found;
}

function Part({ calls }: { calls: ModelCall[] }) {
  const [first] = calls;
  if (!first) return null;
  const attempt = first.attempt > 1 ? ` · ${t("money.attempt", { attempt: first.attempt })}` : "";
  return (
    <tbody>
      <Row
        name={
          <span className="flex items-center gap-2">
            <Badge author={first.role} />
            {`${roleName(first.role)} · ${t(`states.${first.phase}`)}${attempt}`}
          </span>
        }
        calls={calls}
        className="border-line border-t pt-1.5"
      />
      {calls.map((call) => (
        <Row
          key={call.ended_at}
          name={
            <span className="block pl-[32px]" title={modelName(call.model)}>
              {call.fault ?? t("money.turn", { turn: call.turn, model: modelName(call.model) })}
            </span>
          }
          calls={[call]}
          className={`text-small ${call.fault ? "text-failed" : "text-third"}`}
        />
      ))}
    </tbody>
  );
}

function Row({ name, calls, className }: { name: React.ReactNode; calls: ModelCall[]; className: string }) {
  const sum = (figure: (call: ModelCall) => number) => calls.reduce((total, call) => total + figure(call), 0);
  const known = calls.every((call) => call.cost !== null);
  const figures = [
    grouped(sum((call) => call.input_tokens)),
    grouped(sum((call) => call.output_tokens)),
    exactSpan(sum((call) => call.ms ?? 0)),
    known ? dollars(sum((call) => call.cost ?? 0)) : t("rail.costUnknown"),
  ];
  return (
    <tr>
      <th scope="row" className={`min-w-0 pb-1 text-left font-normal ${className}`}>
        {name}
      </th>
      {figures.map((figure, at) => (
        <td key={at} className={`whitespace-nowrap pb-1 pl-4 text-right ${className}`}>
          {figure}
        </td>
      ))}
    </tr>
  );
}
