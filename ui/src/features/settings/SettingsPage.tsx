import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { queries, type Settings } from "../../backend";
import { type Connecting, type SettingsSection, useDesk } from "../../desk";
import { Notice, sentence } from "../../shared/Notice";
import { t } from "../../words";
import { ShowList } from "../builds/ShowList";
import { DataSettings } from "../data/DataSettings";
import { DesktopSettings } from "../desktop/DesktopSettings";
import { VoiceSettings } from "../voice/VoiceSettings";
import { AppearanceSettings } from "./AppearanceSettings";
import { ApprovalSettings } from "./ApprovalSettings";
import { GeneralSettings } from "./GeneralSettings";
import { LimitSettings } from "./LimitSettings";
import { Models } from "./Models";
import { RoleModels } from "./RoleModels";
import { saveSettings } from "./save";
import { SECTIONS } from "./sections";

/** Every change takes effect at once; one that cannot be kept is taken back on the page, too. */
export function SettingsPage({
  section,
  connecting,
}: {
  section?: SettingsSection | undefined;
  connecting?: Connecting | undefined;
}) {
  const settings = useQuery(queries.settings());
  const [error, setError] = useState<string | null>(null);
  const go = useDesk((desk) => desk.go);
  const page = useRef<HTMLElement>(null);
  const shown = settings.data;
  const there = shown !== undefined;
  useEffect(() => {
    if (there && section) page.current?.querySelector(`#settings-${section}`)?.scrollIntoView({ block: "start" });
  }, [section, there]);
  const save = (part: Partial<Settings>) => {
    setError(null);
    void saveSettings(part).catch((failure) => setError(sentence(failure)));
  };
  if (!shown) return <div className="flex-1" aria-busy="true" />;
  return (
    <main ref={page} className="@container min-h-0 flex-1 overflow-y-auto">
      <ShowList className="m-3" />
      <div className="mx-auto flex max-w-[920px] justify-center gap-8 px-6 py-9">
        <nav
          aria-label={t("setup.sections")}
          className="sticky top-9 hidden w-[168px] shrink-0 self-start pt-[58px] @min-[860px]:block"
        >
          <ul className="flex flex-col gap-0.5">
            {SECTIONS.map((name) => (
              <li key={name}>
                <button
                  type="button"
                  onClick={() => go({ view: "settings", section: name })}
                  aria-current={section === name ? "true" : undefined}
                  className="flex h-7 w-full items-center rounded-control px-2.5 text-second hover:bg-faint hover:text-ink aria-[current]:bg-faint aria-[current]:text-ink"
                >
                  {t(`setup.section_${name}`)}
                </button>
              </li>
            ))}
          </ul>
        </nav>
        <div className="flex min-w-0 max-w-[680px] flex-1 flex-col gap-9">
          <h1 className="font-semibold text-big tracking-[-0.02em]">{t("settings")}</h1>
          {error && <Notice onDismiss={() => setError(null)}>{error}</Notice>}
          <Models
            settings={shown}
            connecting={connecting}
            onDefault={(default_model) => save({ default_model })}
            onError={setError}
          />
          <RoleModels settings={shown} onSave={(role_models) => save({ role_models })} />
          <ApprovalSettings settings={shown} onSave={save} />
          <LimitSettings settings={shown} onSave={save} />
          <VoiceSettings settings={shown} onSave={save} />
          <AppearanceSettings settings={shown} onSave={save} />
          <DesktopSettings settings={shown} onSave={save} />
          <DataSettings settings={shown} onSave={save} onError={setError} />
          <GeneralSettings settings={shown} onSave={save} onError={setError} />
        </div>
      </div>
    </main>
  );
}
