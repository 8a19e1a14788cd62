import type { BuildSummary } from "../../backend";
import { Button } from "../../shared/Button";
import { Dialog } from "../../shared/Dialog";
import { t } from "../../words";
import { isAtWork } from "./trash";

type Props = { build: BuildSummary; onClose: () => void; onMove: () => void };

/** Asks where a move to the trash stops a role, or takes a page away. */
export function TrashDialog({ build, onClose, onMove }: Props) {
  return (
    <Dialog open onClose={onClose} title={t("trash.moveTitle")}>
      <div className="flex flex-col gap-2 text-second">
        {isAtWork(build) && <p>{t("trash.stopsRole")}</p>}
        {build.url && <p>{t("trash.stopsPage")}</p>}
        <p>{t("trash.moveText")}</p>
      </div>
      <div className="flex justify-end gap-2 pt-4">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button
          kind="primary"
          data-testid="confirm-trash"
          onClick={() => {
            onClose();
            onMove();
          }}
        >
          {t("trash.move")}
        </Button>
      </div>
    </Dialog>
  );
}
