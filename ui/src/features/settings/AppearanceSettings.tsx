import type { Theme } from "../../backend";
import { Select } from "../../shared/Select";
import { t } from "../../words";
import { ZOOMS } from "./appearance";
import { Line, type Part, Section, SwitchLine } from "./parts";

const THEMES: Theme[] = ["system", "light", "dark"];

/** How the window looks. */
export function AppearanceSettings({ settings, onSave }: Part) {
  return (
    <Section id="appearance" title={t("setup.appearance")}>
      <div className="card divide-y divide-line">
        <Line label={t("setup.theme")}>
          <Select
            data-testid="theme-select"
            aria-label={t("setup.theme")}
            value={settings.theme}
            onChange={(event) => onSave({ theme: event.target.value as Theme })}
          >
            {THEMES.map((theme) => (
              <option key={theme} value={theme}>
                {t(`setup.theme_${theme}`)}
              </option>
            ))}
          </Select>
        </Line>
        <SwitchLine
          testid="high-contrast"
          label={t("setup.contrast")}
          hint={t("setup.contrastHint")}
          on={settings.high_contrast}
          onChange={(high_contrast) => onSave({ high_contrast })}
        />
        <Line label={t("setup.size")} hint={t("setup.sizeHint")}>
          <Select
            data-testid="zoom-select"
            aria-label={t("setup.size")}
            value={settings.zoom}
            onChange={(event) => onSave({ zoom: Number(event.target.value) })}
          >
            {ZOOMS.map((size) => (
              <option key={size} value={size}>
                {t("setup.percent", { size })}
              </option>
            ))}
          </Select>
        </Line>
      </div>
    </Section>
  );
}
