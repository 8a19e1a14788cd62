import { useQuery } from "@tanstack/react-query";
import { call, commands, queries } from "../../backend";
import { useDesk } from "../../desk";
import { Button } from "../../shared/Button";
import { sentence } from "../../shared/Notice";
import { t } from "../../words";
import { Line, type Part, Section, SwitchLine } from "./parts";

/** Where new projects go, and what the desktop is told. */
export function GeneralSettings({ settings, onSave, onError }: Part & { onError: (message: string) => void }) {
  const status = useQuery(queries.status());
  const go = useDesk((desk) => desk.go);
  const choose = async () => {
    const folder = await call(commands.chooseFolder());
    if (folder) onSave({ builds_folder: folder });
  };
  return (
    <Section id="general" title={t("setup.general")}>
      <div className="card divide-y divide-line">
        <SwitchLine
          label={t("setup.notifications")}
          on={settings.notifications}
          onChange={(notifications) => onSave({ notifications })}
        />
        <Line label={t("setup.folder")}>
          <span
            data-selectable
            className="min-w-0 truncate font-mono text-second text-small"
            title={settings.builds_folder}
          >
            {settings.builds_folder}
          </span>
          <Button onClick={() => void choose().catch((failure) => onError(sentence(failure)))}>
            {t("setup.change")}
          </Button>
        </Line>
      </div>
      <div className="flex items-start gap-3 pt-3">
        {status.data && (
          <p data-selectable className="min-w-0 flex-1 break-words text-small text-third">
            {t("setup.about", { version: status.data.version, path: status.data.data_dir })}
          </p>
        )}
        <Button kind="quiet" data-testid="open-gallery" onClick={() => go({ view: "gallery" })}>
          {t("gallery.title")}
        </Button>
      </div>
    </Section>
  );
}
