import { useQuery } from "@tanstack/react-query";
import { PanelLeftOpen } from "lucide-react";
import { useState } from "react";
import { type ApprovalPolicy, call, commands, queries, type Settings, type Theme } from "../../backend";
import { useDesk, useListFolded } from "../../desk";
import { Button, IconButton } from "../../shared/Button";
import { Notice, sentence } from "../../shared/Notice";
import { Select } from "../../shared/Select";
import { t } from "../../words";
import { BudgetField } from "../money/BudgetField";
import { VoiceSettings } from "../voice/VoiceSettings";
import { keep } from "./keep";
import { Models } from "./Models";
import { Line, NumberField, Section } from "./parts";
import { RoleModels } from "./RoleModels";
import { useSection } from "./sections";

const POLICIES: ApprovalPolicy[] = ["every_handoff", "before_release", "hands_off"];
const THEMES: Theme[] = ["system", "light", "dark"];

/** Every change takes effect at once; one that cannot be kept is taken back on the page, too. */
export function SettingsPage() {
  const settings = useQuery(queries.settings());
  const status = useQuery(queries.status());
  const [error, setError] = useState<string | null>(null);
  const listFolded = useListFolded();
  const foldList = useDesk((desk) => desk.foldList);
  const shown = settings.data;
  useSection(shown !== undefined);
  const save = async (part: Partial<Settings>) => {
    setError(null);
    await keep(part).catch((failure) => setError(sentence(failure)));
  };
  if (!shown) return <div className="flex-1" aria-busy="true" />;
  return (
    <main className="min-h-0 flex-1 overflow-y-auto">
      {listFolded && (
        <div className="p-3">
          <IconButton label={t("builds.show")} action="fold_list" onClick={() => foldList(false)}>
            <PanelLeftOpen size={15} />
          </IconButton>
        </div>
      )}
      <div className="mx-auto flex max-w-[680px] flex-col gap-9 px-6 py-9">
        <h1 className="font-semibold text-big tracking-[-0.02em]">{t("settings")}</h1>
        {error && <Notice onDismiss={() => setError(null)}>{error}</Notice>}
        <Models settings={shown} onDefault={(default_model) => void save({ default_model })} onError={setError} />
        <RoleModels settings={shown} onSave={(role_models) => void save({ role_models })} />
        <Section name="approvals" title={t("setup.approvals")} text={t("setup.approvalsText")}>
          <div role="radiogroup" aria-label={t("setup.approvals")} className="card divide-y divide-line">
            {POLICIES.map((policy) => (
              <label key={policy} className="flex items-start gap-3 px-4 py-2.5">
                <input
                  type="radio"
                  name="policy"
                  checked={shown.policy === policy}
                  onChange={() => void save({ policy })}
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
        <Section name="limits" title={t("setup.limits")}>
          <div className="card divide-y divide-line">
            <Line label={t("setup.returns")}>
              <NumberField
                label={t("setup.returns")}
                value={shown.max_retries}
                min={1}
                max={20}
                onSave={(max_retries) => void save({ max_retries })}
              />
            </Line>
            <Line label={t("setup.budget")}>
              <BudgetField
                label={t("setup.budget")}
                value={shown.budget}
                late
                onChange={(budget) => void save({ budget })}
              />
            </Line>
            <Line label={t("setup.minutes")}>
              <NumberField
                label={t("setup.minutes")}
                value={Math.round(shown.phase_timeout_seconds / 60)}
                min={1}
                max={1440}
                onSave={(minutes) => void save({ phase_timeout_seconds: minutes * 60 })}
              />
            </Line>
            <Line label={t("setup.tries")}>
              <NumberField
                label={t("setup.tries")}
                value={shown.model_tries}
                min={1}
                max={20}
                onSave={(model_tries) => void save({ model_tries })}
              />
            </Line>
          </div>
        </Section>
        <VoiceSettings settings={shown} onSave={(part) => void save(part)} />
        <Section name="general" title={t("setup.general")}>
          <div className="card divide-y divide-line">
            <Line label={t("setup.theme")}>
              <Select
                data-testid="theme-select"
                aria-label={t("setup.theme")}
                value={shown.theme}
                onChange={(event) => void save({ theme: event.target.value as Theme })}
              >
                {THEMES.map((theme) => (
                  <option key={theme} value={theme}>
                    {t(`setup.theme_${theme}`)}
                  </option>
                ))}
              </Select>
            </Line>
            <Line label={t("setup.notifications")}>
              <input
                type="checkbox"
                aria-label={t("setup.notifications")}
                checked={shown.notifications}
                onChange={(event) => void save({ notifications: event.target.checked })}
              />
            </Line>
            <Line label={t("setup.folder")}>
              <span
                data-selectable
                className="min-w-0 truncate font-mono text-second text-small"
                title={shown.builds_folder}
              >
                {shown.builds_folder}
              </span>
              <Button
                onClick={() =>
                  void call(commands.chooseFolder())
                    .then((folder) => (folder ? save({ builds_folder: folder }) : undefined))
                    .catch((failure) => setError(sentence(failure)))
                }
              >
                {t("setup.change")}
              </Button>
            </Line>
          </div>
          {status.data && (
            <p data-selectable className="pt-3 text-small text-third">
              {t("setup.about", { version: status.data.version, path: status.data.data_dir })}
            </p>
          )}
        </Section>
      </div>
    </main>
  );
}
