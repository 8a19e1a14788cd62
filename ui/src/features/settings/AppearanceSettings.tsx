import type { LanguageChoice, Theme } from "../../backend";
import { Select } from "../../shared/Select";
import { percent } from "../../shared/time";
import { t } from "../../words";
import { ZOOMS } from "./appearance";
import { Line, type Part, Section, SwitchLine } from "./parts";

const THEMES: Theme[] = ["system", "light", "dark"];
/** Each by its own name, so that whoever cannot read the window finds theirs. */
const LANGUAGES: [LanguageChoice, string][] = [
  ["en", "English"],
  ["de", "Deutsch"],
  ["es", "Español"],
];

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
        <Line label={t("setup.language")}>
          <Select
            data-testid="language-select"
            aria-label={t("setup.language")}
            value={settings.language}
            onChange={(event) => onSave({ language: event.target.value as LanguageChoice })}
          >
            <option value="system">{t("setup.language_system")}</option>
            {LANGUAGES.map(([language, name]) => (
              <option key={language} value={language} lang={language}>
                {name}
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
                {percent(size / 100)}
              </option>
            ))}
          </Select>
        </Line>
      </div>
    </Section>
  );
}
