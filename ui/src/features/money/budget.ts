import type { Budget, UsageTotal } from "../../backend";
import { dollars, grouped } from "../../shared/time";
import { t } from "../../words";

/** "$5.00", "200,000 tokens", "No limit". */
export function budgetText(budget: Budget | null): string {
  if (!budget) return t("money.none");
  const amount = budget.amount ?? 0;
  return budget.unit === "dollars" ? dollars(amount) : t("money.tokenCount", { tokens: grouped(amount) });
}

/** The share of the budget that is used, from 0; null where there is no limit or what was used is not known. */
export function share({ budget, cost, input_tokens, output_tokens }: UsageTotal): number | null {
  if (!budget?.amount) return null;
  if (budget.unit === "dollars") return cost === null ? null : cost / budget.amount;
  return ((input_tokens ?? 0) + (output_tokens ?? 0)) / budget.amount;
}
