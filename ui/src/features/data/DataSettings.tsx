import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call, commands, queries } from "../../backend";
import { Button } from "../../shared/Button";
import { sentence } from "../../shared/Notice";
import { size } from "../../shared/size";
import { t } from "../../words";
import { Line, type Part, Section } from "../settings/parts";
import { Backups } from "./Backups";
import { DeleteAllDialog } from "./DeleteAllDialog";
import { exportTo } from "./export";

/** Where the person's data lies, how much there is, and what can be done with all of it. */
export function DataSettings({ settings, onSave, onError }: Part & { onError: (message: string) => void }) {
  const [deleting, setDeleting] = useState(false);
  const attempt = (work: Promise<unknown>) => void work.catch((failure) => onError(sentence(failure)));
  return (
    <Section id="data" title={t("data.title")} text={t("data.text")}>
      <div className="flex flex-col gap-6">
        <Sizes attempt={attempt} />
        <Backups settings={settings} onSave={onSave} attempt={attempt} />
        <div className="card divide-y divide-line">
          <Line label={t("data.exportAll")} hint={t("data.exportAllText")}>
            <Button data-testid="export-all" onClick={() => attempt(exportTo(commands.exportAll))}>
              {t("data.export")}
            </Button>
          </Line>
          <Line label={t("data.deleteAll")} hint={t("data.deleteAllHint")}>
            <Button data-testid="delete-all" onClick={() => setDeleting(true)}>
              {t("data.delete")}
            </Button>
          </Line>
        </div>
      </div>
      {deleting && <DeleteAllDialog onClose={() => setDeleting(false)} />}
    </Section>
  );
}

function Sizes({ attempt }: { attempt: (work: Promise<unknown>) => void }) {
  const status = useQuery({ ...queries.data(), refetchOnMount: "always" });
  const folder = status.data?.folder ?? "";
  const sizes = status.data?.parts.map(({ kind, bytes }) => ({ kind, bytes: bytes ?? 0 })) ?? [];
  const parts = sizes.filter(({ bytes }) => bytes > 0);
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  return (
    <div className="card divide-y divide-line">
      <Line label={t("data.folder")}>
        <span data-selectable className="min-w-0 truncate font-mono text-second text-small" title={folder}>
          {folder}
        </span>
        <Button data-testid="open-data" onClick={() => attempt(call(commands.openFolder(folder)))}>
          {t("data.open")}
        </Button>
      </Line>
      <dl data-testid="sizes" aria-busy={!status.data} className="grid grid-cols-[1fr_auto] gap-y-1 px-4 py-3">
        {parts.map(({ kind, bytes }) => (
          <Figure key={kind} name={t(`data.part_${kind}`)} bytes={bytes} />
        ))}
        {status.data && <Figure name={t("data.total")} bytes={total} strong />}
      </dl>
    </div>
  );
}

function Figure({ name, bytes, strong = false }: { name: string; bytes: number; strong?: boolean }) {
  const look = strong ? "font-medium" : "text-second";
  return (
    <>
      <dt className={look}>{name}</dt>
      <dd className={`text-right ${look}`}>{size(bytes)}</dd>
    </>
  );
}
