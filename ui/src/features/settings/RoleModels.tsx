import type { Role, RoleModel, Settings } from "../../backend";
import { Badge, roleName } from "../../shared/roles";
import { Select } from "../../shared/Select";
import { t } from "../../words";
import { Section } from "./parts";

const ROLES: Role[] = ["q_assistant", "code_writer", "test_auditor", "verification_overseer", "release_manager"];

type Props = { settings: Settings; onSave: (role_models: RoleModel[]) => void };

/** Which model each role works with, and who takes over when it fails. */
export function RoleModels({ settings, onSave }: Props) {
  if (settings.models.length === 0) return null;
  const own = (role: Role): RoleModel =>
    settings.role_models.find((each) => each.role === role) ?? { role, model_id: null, fallback_id: null };
  const change = (role: Role, part: Partial<RoleModel>) => {
    const others = settings.role_models.filter((each) => each.role !== role);
    onSave([...others, { ...own(role), ...part }]);
  };
  return (
    <Section title={t("setup.roles")} text={t("setup.rolesText")}>
      <table className="card w-full table-fixed border-separate border-spacing-0">
        <thead>
          <tr className="text-left text-small text-third">
            <th scope="col" className="px-4 pt-2.5 pb-1 font-medium">
              {t("setup.role")}
            </th>
            <th scope="col" className="px-2 pt-2.5 pb-1 font-medium">
              {t("setup.roleModel")}
            </th>
            <th scope="col" className="px-4 pt-2.5 pb-1 font-medium">
              {t("setup.fallback")}
            </th>
          </tr>
        </thead>
        <tbody>
          {ROLES.map((role) => (
            <tr key={role}>
              <th scope="row" className="border-line border-t px-4 py-2 text-left font-normal">
                <span className="flex items-center gap-2.5">
                  <Badge author={role} />
                  <span className="min-w-0 truncate">{roleName(role)}</span>
                </span>
              </th>
              <td className="border-line border-t px-2 py-2">
                <Choice
                  label={t("setup.roleModelOf", { role: roleName(role) })}
                  none={t("setup.theBuilds")}
                  settings={settings}
                  value={own(role).model_id}
                  onChange={(model_id) => change(role, { model_id })}
                />
              </td>
              <td className="border-line border-t px-4 py-2">
                <Choice
                  label={t("setup.fallbackOf", { role: roleName(role) })}
                  none={t("setup.noFallback")}
                  settings={settings}
                  value={own(role).fallback_id}
                  onChange={(fallback_id) => change(role, { fallback_id })}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

type ChoiceProps = {
  label: string;
  none: string;
  settings: Settings;
  value: string | null;
  onChange: (id: string | null) => void;
};

function Choice({ label, none, settings, value, onChange }: ChoiceProps) {
  return (
    <Select
      aria-label={label}
      value={value ?? ""}
      onChange={(event) => onChange(event.target.value || null)}
      className={`w-full ${value ? "" : "text-second"}`}
    >
      <option value="">{none}</option>
      {settings.models.map((model) => (
        <option key={model.id} value={model.id}>
          {model.name}
        </option>
      ))}
    </Select>
  );
}
