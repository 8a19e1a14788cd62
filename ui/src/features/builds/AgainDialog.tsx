import { useState } from "react";
import { call, commands, type Replayed, type RequestDifference } from "../../backend";
import { Button } from "../../shared/Button";
import { Dialog } from "../../shared/Dialog";
import { Notice, sentence } from "../../shared/Notice";
import { roleName } from "../../shared/roles";
import { t } from "../../words";

/** Goes through a build again, without a model, and says whether it came out the same. */
export function AgainDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const [running, setRunning] = useState(false);
  const [result, setResult] = useState<Replayed | null>(null);
  const [error, setError] = useState<string | null>(null);
  const start = async () => {
    setRunning(true);
    setError(null);
    try {
      setResult(await call(commands.replayBuild(id)));
    } catch (failure) {
      setError(sentence(failure));
    } finally {
      setRunning(false);
    }
  };
  return (
    <Dialog open onClose={onClose} wide title={t("again.title")}>
      {!result && <p className="text-second">{t("again.text")}</p>}
      {error && (
        <div className="pt-3">
          <Notice onDismiss={() => setError(null)}>{error}</Notice>
        </div>
      )}
      {result && <Outcome result={result} />}
      <div className="flex items-center justify-end gap-2 pt-4">
        <p role="status" className="mr-auto text-second">
          {running && t("again.running")}
        </p>
        <Button onClick={onClose}>{t("close")}</Button>
        {!result && (
          <Button kind="primary" data-testid="start-again" disabled={running} onClick={() => void start()}>
            {t("again.start")}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

function Outcome({ result }: { result: Replayed }) {
  const { differences } = result;
  return (
    <div data-testid="again" className="flex flex-col gap-2">
      <p className={`font-medium ${result.is_same ? "text-passed" : "text-failed"}`}>
        {result.is_same ? t("again.same", { events: result.events }) : t("again.other")}
      </p>
      {result.stopped && <p>{result.stopped}</p>}
      {!result.same_files && <p>{t("again.files")}</p>}
      {result.other_event && (
        <p>
          {t("again.event", {
            before: result.other_event[0] || t("again.nothing"),
            now: result.other_event[1] || t("again.nothing"),
          })}
        </p>
      )}
      <p className="text-second">{t("again.requests", { count: differences.length })}</p>
      {differences.length > 0 && (
        <ul className="flex max-h-[40vh] flex-col gap-2 overflow-y-auto">
          {differences.map((difference, at) => (
            <Differs key={`${at}`} difference={difference} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Differs({ difference }: { difference: RequestDifference }) {
  return (
    <li className="rounded-control border border-line px-3 py-2">
      <p className="text-small text-third">
        {t("again.where", {
          ...difference,
          role: roleName(difference.role),
          phase: t(`states.${difference.phase}`),
        })}
      </p>
      <p data-selectable className="break-words font-mono text-small">
        <span className="text-third">{t("again.then")} </span>
        {difference.before}
      </p>
      <p data-selectable className="break-words font-mono text-small">
        <span className="text-third">{t("again.now")} </span>
        {difference.now}
      </p>
    </li>
  );
}
