import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queries } from "../../backend";
import { useDesk } from "../../desk";
import { Button } from "../../shared/Button";
import { Notice } from "../../shared/Notice";
import { t } from "../../words";

/** Says on every page that the daily backup could not be made, until it could, or the person has read it. */
export function BackupTrouble() {
  const backups = useQuery(queries.backups());
  const go = useDesk((desk) => desk.go);
  const [read, setRead] = useState<string | null>(null);
  const problem = backups.data?.problem;
  if (!problem || problem === read) return null;
  return (
    <div className="p-3 pb-0">
      <Notice
        onDismiss={() => setRead(problem)}
        action={<Button onClick={() => go({ view: "settings", section: "data" })}>{t("data.toBackups")}</Button>}
      >
        {t("data.dailyFailed", { why: problem })}
      </Notice>
    </div>
  );
}
