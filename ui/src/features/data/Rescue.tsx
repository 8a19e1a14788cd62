import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call, commands, queries } from "../../backend";
import { Button } from "../../shared/Button";
import { Notice, sentence } from "../../shared/Notice";
import { dayAndClock } from "../../shared/time";
import { t } from "../../words";
import { type Chosen, RestoreDialog } from "./RestoreDialog";

/** The way back from data that cannot be used: the newest backup, or one that lies somewhere else. */
export function Rescue() {
  const status = useQuery(queries.backups());
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [error, setError] = useState<string | null>(null);
  const newest = status.data?.backups[0];
  const choose = async () => {
    const picked = await call(commands.chooseBackup());
    if (picked) setChosen({ path: picked, name: picked.split(/[\\/]/).at(-1) ?? picked });
  };
  return (
    <>
      <div className="flex flex-wrap justify-center gap-2">
        {newest && (
          <Button
            data-testid="restore-newest"
            onClick={() => setChosen({ path: newest.path, name: dayAndClock(newest.made_at) })}
          >
            {t("data.restoreNewest", { name: dayAndClock(newest.made_at) })}
          </Button>
        )}
        <Button kind="quiet" onClick={() => void choose().catch((failure) => setError(sentence(failure)))}>
          {t("data.restoreFile")}
        </Button>
      </div>
      {error && <Notice onDismiss={() => setError(null)}>{error}</Notice>}
      {chosen && <RestoreDialog backup={chosen} onClose={() => setChosen(null)} />}
    </>
  );
}
