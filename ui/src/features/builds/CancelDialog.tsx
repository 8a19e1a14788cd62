import { Button } from "../../shared/Button";
import { Dialog } from "../../shared/Dialog";
import { t } from "../../words";

type Props = { open: boolean; onClose: () => void; onCancel: () => void };

/** Asks before a build is ended for good. */
export function CancelDialog({ open, onClose, onCancel }: Props) {
  return (
    <Dialog open={open} onClose={onClose} title={t("head.cancelTitle")}>
      <p className="text-second">{t("head.cancelText")}</p>
      <div className="flex justify-end gap-2 pt-4">
        <Button onClick={onClose}>{t("head.keepGoing")}</Button>
        <Button
          kind="danger"
          onClick={() => {
            onClose();
            onCancel();
          }}
        >
          {t("head.cancelConfirm")}
        </Button>
      </div>
    </Dialog>
  );
}
