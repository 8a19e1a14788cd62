import { useState } from "react";
import type { Budget, BudgetUnit } from "../../backend";
import { Select } from "../../shared/Select";
import { grouped } from "../../shared/time";
import { t } from "../../words";

type Props = { label: string; value: Budget | null; onChange: (budget: Budget | null) => void };

/** What a person would take at first. */
const USUAL: Record<BudgetUnit, number> = { dollars: 5, tokens: 1_000_000 };

/** No limit, or so many dollars or tokens. What is typed counts as soon as it is an amount. */
export function BudgetField({ label, value, onChange }: Props) {
  const [text, setText] = useState<string | null>(null);
  const unit = value?.unit ?? "none";
  const type = (typed: string) => {
    setText(typed);
    const amount = value && amountOf(typed, value.unit);
    if (amount) onChange({ ...value, amount });
  };
  return (
    <div className="flex items-center gap-2">
      {value && (
        <input
          data-testid="budget-amount"
          inputMode="decimal"
          aria-label={t("money.amountOf", { what: label, unit: t(`money.${value.unit}`) })}
          value={text ?? shown(value)}
          aria-invalid={text !== null && amountOf(text, value.unit) === null}
          onChange={(event) => type(event.target.value)}
          onBlur={() => setText(null)}
          className="h-7 w-[104px] rounded-control border border-line bg-panel px-2 text-right"
        />
      )}
      <Select
        data-testid="budget-unit"
        aria-label={label}
        value={unit}
        onChange={(event) => {
          const next = event.target.value as BudgetUnit | "none";
          setText(null);
          onChange(next === "none" ? null : { unit: next, amount: USUAL[next] });
        }}
      >
        <option value="none">{t("money.none")}</option>
        <option value="dollars">{t("money.dollars")}</option>
        <option value="tokens">{t("money.tokens")}</option>
      </Select>
    </div>
  );
}

const shown = (budget: Budget) =>
  budget.unit === "dollars" ? (budget.amount ?? 0).toFixed(2) : grouped(budget.amount ?? 0);

/** What was typed as an amount: dollars to the cent, tokens whole; null where it is none. */
export function amountOf(text: string, unit: BudgetUnit): number | null {
  const number = Number(text.replace(/[\s,$]/g, ""));
  if (text.trim() === "" || !Number.isFinite(number)) return null;
  const amount = unit === "dollars" ? Math.round(number * 100) / 100 : Math.round(number);
  return amount > 0 ? amount : null;
}
