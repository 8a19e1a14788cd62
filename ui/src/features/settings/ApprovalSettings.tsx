import type { ApprovalPolicy } from "../../backend";
import { t } from "../../words";
import { type Part, Section } from "./parts";

const POLICIES: ApprovalPolicy[] = ["every_handoff", "before_release", "hands_off"];

/** Which handoffs of new builds wait for the person. */
export function ApprovalSettings({ settings, onSave }: Part) {
  return (
    <Section id="approvals" title={t("setup.approvals")} text={t("setup.approvalsText")}>
      <div role="radiogroup" aria-label={t("setup.approvals")} className="card divide-y divide-line">
        {POLICIES.map((policy) => (
          <label key={policy} className="flex items-start gap-3 px-4 py-2.5">
            <input
              type="radio"
              name="policy"
              checked={settings.policy === policy}
              onChange={() => onSave({ policy })}
              className="mt-1 accent-(--primary)"
            />
            <span>
              <span className="block font-medium">{t(`setup.${policy}`)}</span>
              <span className="block text-second">{t(`setup.${policy}Text`)}</span>
            </span>
          </label>
        ))}
      </div>
    </Section>
  );
}
