import { t } from "../../words";
import { BudgetField } from "../money/BudgetField";
import { Line, NumberField, type Part, Section } from "./parts";

/** How often, how long and for how much a build may go on by itself. */
export function LimitSettings({ settings, onSave }: Part) {
  return (
    <Section id="limits" title={t("setup.limits")}>
      <div className="card divide-y divide-line">
        <Line label={t("setup.returns")}>
          <NumberField
            label={t("setup.returns")}
            value={settings.max_retries}
            min={1}
            max={20}
            onSave={(max_retries) => onSave({ max_retries })}
          />
        </Line>
        <Line label={t("setup.budget")}>
          <BudgetField
            label={t("setup.budget")}
            value={settings.budget}
            late
            onChange={(budget) => onSave({ budget })}
          />
        </Line>
        <Line label={t("setup.minutes")}>
          <NumberField
            label={t("setup.minutes")}
            value={Math.round(settings.phase_timeout_seconds / 60)}
            min={1}
            max={1440}
            onSave={(minutes) => onSave({ phase_timeout_seconds: minutes * 60 })}
          />
        </Line>
        <Line label={t("setup.tries")}>
          <NumberField
            label={t("setup.tries")}
            value={settings.model_tries}
            min={1}
            max={20}
            onSave={(model_tries) => onSave({ model_tries })}
          />
        </Line>
      </div>
    </Section>
  );
}
