import { useState } from "react";
import { Button } from "../../shared/Button";
import { Dialog } from "../../shared/Dialog";
import { Notice, sentence } from "../../shared/Notice";
import { t } from "../../words";

type Props = { title: string; text: string; confirm: string; onClose: () => void; onDelete: () => Promise<void> };

/** Asks before something is gone for good, and stays until it is. */
export function DeleteDialog({ title, text, confirm, onClose, onDelete }: Props) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const remove = async () => {
    setBusy(true);
    setError(null);
    try {
      await onDelete();
      onClose();
    } catch (failure) {
      setError(sentence(failure));
      setBusy(false);
    }
  };
  return (
    <Dialog open onClose={onClose} title={title}>
      <p className="text-second">{text}</p>
      {error && (
        <div className="pt-3">
          <Notice>{error}</Notice>
        </div>
      )}
      <div className="flex justify-end gap-2 pt-4">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button kind="danger" data-testid="confirm-delete" disabled={busy} onClick={() => void remove()}>
          {confirm}
        </Button>
      </div>
    </Dialog>
  );
}
