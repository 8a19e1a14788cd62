import { useId, useState } from "react";
import type { Budget, BudgetUnit } from "../../backend";
import { Select } from "../../shared/Select";
import { grouped } from "../../shared/time";
import { numbers, t } from "../../words";

type Props = {
  label: string;
  value: Budget | null;
  onChange: (budget: Budget | null) => void;
  /** Whether what stands in the field is an amount. */
  onValid?: (valid: boolean) => void;
  /** An amount counts when the field is left, and not with each letter. */
  late?: boolean;
};

/** What a person would take at first. */
const USUAL: Record<BudgetUnit, number> = { dollars: 5, tokens: 1_000_000 };

/** No limit, or so many dollars or tokens. */
export function BudgetField({ label, value, onChange, onValid, late = false }: Props) {
  const [text, setText] = useState<string | null>(null);
  const hint = useId();
  const unit = value?.unit ?? "none";
  const amount = text === null || !value ? null : amountOf(text, value.unit);
  const wrong = text !== null && amount === null;
  const type = (typed: string) => {
    setText(typed);
    const next = value && amountOf(typed, value.unit);
    onValid?.(next !== null);
    if (next && !late) onChange({ ...value, amount: next });
  };
  const leave = () => {
    if (late && value && amount !== null && amount !== value.amount) onChange({ ...value, amount });
    onValid?.(true);
    setText(null);
  };
  return (
    <div className="flex items-center gap-2">
      {value && (
        <input
          data-testid="budget-amount"
          inputMode="decimal"
          aria-label={t("money.amountOf", { what: label, unit: t(`money.${value.unit}`) })}
          value={text ?? shown(value)}
          aria-invalid={wrong}
          aria-describedby={hint}
          onChange={(event) => type(event.target.value)}
          onBlur={() => !wrong && leave()}
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
          onValid?.(true);
          onChange(next === "none" ? null : { unit: next, amount: USUAL[next] });
        }}
      >
        <option value="none">{t("money.none")}</option>
        <option value="dollars">{t("money.dollars")}</option>
        <option value="tokens">{t("money.tokens")}</option>
      </Select>
      {wrong && (
        <span id={hint} role="alert" className="text-failed text-small">
          {t("money.noAmount")}
        </span>
      )}
    </div>
  );
}

const shown = (budget: Budget) =>
  budget.unit === "dollars"
    ? numbers({ minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(budget.amount ?? 0)
    : grouped(budget.amount ?? 0);

/** What stands between thousands, and what before a fraction, in the person's language. */
function signs(): [string, string] {
  const parts = numbers({ minimumFractionDigits: 1 }).formatToParts(12345.5);
  const sign = (type: string) => parts.find((part) => part.type === type)?.value;
  return [sign("group") ?? ",", sign("decimal") ?? "."];
}

/** What was typed as an amount: dollars to the cent, tokens whole; null where it is none. */
export function amountOf(text: string, unit: BudgetUnit): number | null {
  const plain = text.replace(/[\s$]/g, "");
  const [group, point] = signs();
  // "1,234" is a thousand and more, and in German "1.234" is; "2,50" and "2.50" are two and a half in both.
  const grouped = new RegExp(`^\\d{1,3}(\\${group}\\d{3})+(\\${point}\\d+)?$`).test(plain);
  const whole = grouped ? plain.replaceAll(group, "").replace(point, ".") : plain;
  const number = Number(unit === "dollars" ? whole.replace(",", ".") : whole);
  if (plain === "" || !Number.isFinite(number)) return null;
  const amount = unit === "dollars" ? Math.round(number * 100) / 100 : Math.round(number);
  return amount > 0 ? amount : null;
}
