import { useState } from "react";
import { call, client, commands } from "../../backend";
import { Button } from "../../shared/Button";
import { Dialog } from "../../shared/Dialog";
import { tell } from "../../shared/Done";
import { Notice, sentence } from "../../shared/Notice";
import { t } from "../../words";

/** A backup, as the person would name it. */
export type Chosen = { path: string; name: string };

/** Asks before a backup takes the place of what is there. The window goes on with it. */
export function RestoreDialog({ backup, onClose }: { backup: Chosen; onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const restore = async () => {
    setBusy(true);
    setError(null);
    try {
      await call(commands.restoreBackup(backup.path));
      onClose();
      tell({ text: t("data.restored", { name: backup.name }) });
    } catch (failure) {
      setError(sentence(failure));
      setBusy(false);
    }
    // All that is shown is of the data before it.
    await client.invalidateQueries();
  };
  return (
    <Dialog open onClose={() => !busy && onClose()} title={t("data.restoreTitle", { name: backup.name })}>
      <p className="text-second">{t("data.restoreText")}</p>
      {error && (
        <div className="pt-3">
          <Notice>{error}</Notice>
        </div>
      )}
      <div className="flex items-center justify-end gap-2 pt-4">
        <p role="status" className="flex-1 text-second">
          {busy && t("data.restoring")}
        </p>
        <Button disabled={busy} onClick={onClose}>
          {t("cancel")}
        </Button>
        <Button kind="primary" data-testid="confirm-restore" disabled={busy} onClick={() => void restore()}>
          {t("data.restore")}
        </Button>
      </div>
    </Dialog>
  );
}
