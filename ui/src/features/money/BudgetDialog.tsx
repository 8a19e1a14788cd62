import { useState } from "react";
import { type Budget, type BuildDetail, commands } from "../../backend";
import { Button } from "../../shared/Button";
import { Dialog } from "../../shared/Dialog";
import { Notice } from "../../shared/Notice";
import { dollars, grouped } from "../../shared/time";
import { t } from "../../words";
import { useBuildAction } from "../builds/useBuildAction";
import { BudgetField } from "./BudgetField";

/** What this build may use from now on. A build that stands still for its budget goes on with it. */
export function BudgetDialog({ build, onClose }: { build: BuildDetail; onClose: () => void }) {
  const { act, busy, error, forget } = useBuildAction();
  const stands = build.standstill?.next_action === "raise_budget";
  const [budget, setBudget] = useState<Budget | null>(stands ? doubled(build) : build.usage.budget);
  const [valid, setValid] = useState(true);
  const keep = async () => {
    if (valid && (await act(() => commands.setBudget(build.summary.workflow_id, budget)))) onClose();
  };
  const used = (build.usage.input_tokens ?? 0) + (build.usage.output_tokens ?? 0);
  return (
    <Dialog open onClose={onClose} title={t("money.budgetTitle")}>
      <p className="pb-3 text-second">{t("money.budgetText")}</p>
      {error && (
        <div className="pb-3">
          <Notice onDismiss={forget}>{error}</Notice>
        </div>
      )}
      <form
        id="budget"
        onSubmit={(event) => {
          event.preventDefault();
          void keep();
        }}
      >
        <BudgetField label={t("money.budget")} value={budget} onChange={setBudget} onValid={setValid} />
      </form>
      <p className="pt-3 text-small text-third">
        {build.usage.cost === null
          ? t("money.soFarTokens", { tokens: grouped(used) })
          : t("money.soFar", { cost: dollars(build.usage.cost), tokens: grouped(used) })}
      </p>
      <div className="flex justify-end gap-2 pt-4">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button kind="primary" type="submit" form="budget" data-testid="keep-budget" disabled={busy || !valid}>
          {t(stands ? "money.setAndGoOn" : "money.set")}
        </Button>
      </div>
    </Dialog>
  );
}

/** What is offered when a budget is used up: as much again. */
function doubled({ usage }: BuildDetail): Budget | null {
  return usage.budget && { ...usage.budget, amount: (usage.budget.amount ?? 0) * 2 };
}
