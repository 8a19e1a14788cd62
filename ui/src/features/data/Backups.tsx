import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type Backup, call, client, commands, queries } from "../../backend";
import { Button } from "../../shared/Button";
import { Notice } from "../../shared/Notice";
import { size } from "../../shared/size";
import { dayAndClock } from "../../shared/time";
import { t } from "../../words";
import { Line, type Part, SwitchLine } from "../settings/parts";
import { type Chosen, RestoreDialog } from "./RestoreDialog";

/** So many are shown before the person asks for all. */
const FEW = 8;

type Props = Part & { attempt: (work: Promise<unknown>) => void };

/** Backups: where they go, when they are made, and those that are there. */
export function Backups({ settings, onSave, attempt }: Props) {
  const status = useQuery(queries.backups());
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [all, setAll] = useState(false);
  const [busy, setBusy] = useState(false);
  const backups = status.data?.backups ?? [];
  const folder = status.data?.folder ?? "";
  const stale = () => Promise.all([client.invalidateQueries({ queryKey: ["backups"] }), measureAgain()]);
  const backUp = async () => {
    setBusy(true);
    try {
      await call(commands.backUpNow());
    } finally {
      setBusy(false);
      await stale();
    }
  };
  const moveTo = async (to: string | null) => {
    client.setQueryData(queries.settings().queryKey, await call(commands.setBackupFolder(to)));
    await stale();
  };
  const chooseFolder = async () => {
    const picked = await call(commands.chooseBackupFolder());
    if (picked) await moveTo(picked);
  };
  const chooseFile = async () => {
    const picked = await call(commands.chooseBackup());
    if (picked) setChosen({ path: picked, name: picked.split(/[\\/]/).at(-1) ?? picked });
  };
  return (
    <div>
      <div className="flex items-center gap-2 pb-2">
        <h3 className="flex-1 font-medium">{t("data.backups")}</h3>
        <Button kind="quiet" data-testid="restore-file" onClick={() => attempt(chooseFile())}>
          {t("data.restoreFile")}
        </Button>
        <Button data-testid="back-up-now" disabled={busy} onClick={() => attempt(backUp())}>
          {busy ? t("data.backingUp") : t("data.backUpNow")}
        </Button>
      </div>
      {status.data?.problem && (
        <div className="pb-3">
          <Notice>{t("data.dailyFailed", { why: status.data.problem })}</Notice>
        </div>
      )}
      <div className="card divide-y divide-line">
        <SwitchLine
          testid="daily-backups"
          label={t("data.daily")}
          hint={t("data.dailyText")}
          on={settings.daily_backups}
          onChange={(daily_backups) => onSave({ daily_backups })}
        />
        <Line label={t("data.backupsGoTo")}>
          <span data-selectable className="min-w-0 truncate font-mono text-second text-small" title={folder}>
            {folder}
          </span>
          {settings.backup_folder !== null && (
            <Button kind="quiet" onClick={() => attempt(moveTo(null))}>
              {t("data.usualFolder")}
            </Button>
          )}
          <Button onClick={() => attempt(chooseFolder())}>{t("setup.change")}</Button>
        </Line>
        {status.data && backups.length === 0 && <p className="px-4 py-3 text-second">{t("data.noBackups")}</p>}
        {backups.length > 0 && (
          <ul data-testid="backups" aria-label={t("data.backups")} className="divide-y divide-faint">
            {(all ? backups : backups.slice(0, FEW)).map((backup) => (
              <Row key={backup.path} backup={backup} onRestore={setChosen} />
            ))}
          </ul>
        )}
        {!all && backups.length > FEW && (
          <div className="px-2 py-1.5">
            <Button kind="quiet" onClick={() => setAll(true)}>
              {t("data.allBackups", { count: backups.length })}
            </Button>
          </div>
        )}
      </div>
      {chosen && <RestoreDialog backup={chosen} onClose={() => setChosen(null)} />}
    </div>
  );
}

/** What takes how much room is another figure now. */
export function measureAgain() {
  return client.invalidateQueries({ queryKey: ["data"] });
}

function Row({ backup, onRestore }: { backup: Backup; onRestore: (chosen: Chosen) => void }) {
  const name = dayAndClock(backup.made_at);
  return (
    <li data-testid="backup" className="flex min-h-10 items-center gap-3 px-4 py-1.5" title={backup.path}>
      <time dateTime={backup.made_at} className="w-[150px] shrink-0">
        {name}
      </time>
      <span className="min-w-0 flex-1 truncate text-second">{t(`data.occasion_${backup.occasion}`)}</span>
      <span className="text-second">{size(backup.bytes)}</span>
      <Button
        kind="quiet"
        data-testid="restore-backup"
        aria-label={t("data.restoreOne", { name })}
        onClick={() => onRestore({ path: backup.path, name })}
      >
        {t("data.restoreIt")}
      </Button>
    </li>
  );
}
