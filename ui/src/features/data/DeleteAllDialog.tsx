import { useId, useState } from "react";
import { call, client, commands } from "../../backend";
import { useDesk } from "../../desk";
import { Button } from "../../shared/Button";
import { Checkbox } from "../../shared/Checkbox";
import { Dialog } from "../../shared/Dialog";
import { tell } from "../../shared/Done";
import { Input } from "../../shared/Input";
import { Notice, sentence } from "../../shared/Notice";
import { t } from "../../words";

/** What Rust wants to be typed, in every language. */
const WORD = "delete";

/** Everything goes, once the word is typed. */
export function DeleteAllDialog({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [keepBackups, setKeepBackups] = useState(true);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const field = useId();
  const meant = typed.trim().toLowerCase() === WORD;
  const remove = async () => {
    setBusy(true);
    setError(null);
    try {
      await call(commands.deleteEverything(typed, keepBackups));
      onClose();
      useDesk.getState().go({ view: "new" });
      tell({ text: t("data.deletedAll") });
    } catch (failure) {
      setError(sentence(failure));
      setBusy(false);
    }
    await client.invalidateQueries();
  };
  return (
    <Dialog open onClose={() => !busy && onClose()} title={t("data.deleteAllTitle")}>
      <div className="flex flex-col gap-2 text-second">
        <p>{t("data.deleteAllText")}</p>
        <p>{t("data.deleteAllStays")}</p>
      </div>
      <div className="pt-3">
        <Checkbox checked={keepBackups} onChange={setKeepBackups} data-testid="keep-backups">
          {t("data.keepBackups")}
        </Checkbox>
      </div>
      <label htmlFor={field} className="block pt-4 pb-1">
        {t("data.typeToDelete", { word: WORD })}
      </label>
      <Input
        id={field}
        data-testid="type-to-delete"
        value={typed}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTyped(event.target.value)}
        className="w-full"
      />
      {error && (
        <div className="pt-3">
          <Notice>{error}</Notice>
        </div>
      )}
      <div className="flex justify-end gap-2 pt-4">
        <Button disabled={busy} onClick={onClose}>
          {t("cancel")}
        </Button>
        <Button kind="danger" data-testid="confirm-delete-all" disabled={!meant || busy} onClick={() => void remove()}>
          {t("data.deleteAllNow")}
        </Button>
      </div>
    </Dialog>
  );
}
