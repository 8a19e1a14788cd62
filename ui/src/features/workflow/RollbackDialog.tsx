import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type BuildDetail, call, commands, type State } from "../../backend";
import { Button } from "../../shared/Button";
import { Dialog } from "../../shared/Dialog";
import { Notice, sentence } from "../../shared/Notice";
import { stateName } from "../../shared/roles";
import { Select } from "../../shared/Select";
import { allOf, listed } from "../../shared/time";
import { t } from "../../words";
import { useBuildAction } from "../builds/useBuildAction";

/** Going back: what will change is shown before anything does. */
export function RollbackDialog({ build, to, onClose }: { build: BuildDetail; to?: State; onClose: () => void }) {
  const id = build.summary.workflow_id;
  const [target, setTarget] = useState<State>(to ?? build.rollback_targets.at(-1) ?? "planning");
  const [reason, setReason] = useState("");
  const { act, busy, error, forget } = useBuildAction();
  const preview = useQuery({
    queryKey: ["rollback", id, target, build.revision],
    queryFn: () => call(commands.previewRollback(id, target)),
    gcTime: 0,
  });
  const go = async () => {
    if (
      await act(() =>
        commands.rollbackWorkflow(id, target, reason.trim() || t("rollback.title", { phase: t(`states.${target}`) })),
      )
    )
      onClose();
  };
  const found = preview.data;
  return (
    <Dialog open onClose={onClose} wide title={t("rollback.title", { phase: t(`states.${target}`) })}>
      <p className="text-second">{t("rollback.text")}</p>
      <label htmlFor="roll-back-to" className="flex items-center gap-2 pt-3">
        <span className="text-second">{t("rollback.to")}</span>
        <Select id="roll-back-to" value={target} onChange={(event) => setTarget(event.target.value as State)}>
          {build.rollback_targets.map((state) => (
            <option key={state} value={state}>
              {t(`states.${state}`)}
            </option>
          ))}
        </Select>
      </label>
      <div aria-live="polite" className="mt-3 min-h-[72px] rounded-control border border-line bg-raised px-3 py-2">
        {preview.isPending && <p className="text-third">{t("loading")}</p>}
        {preview.isError && <p className="text-failed">{sentence(preview.error)}</p>}
        {found?.refusal && <p className="text-failed">{found.refusal}</p>}
        {found && !found.refusal && (
          <ul className="flex flex-col gap-1">
            <li>
              {found.files.length === 0 ? t("rollback.noFiles") : t("rollback.files", { count: found.files.length })}
              {found.files.length > 0 && (
                <span className="block truncate font-mono text-small text-third">
                  {listed(found.files.map((file) => file.path))}
                </span>
              )}
            </li>
            {found.undoes_release && <li>{t("rollback.release")}</li>}
            {found.discards.length > 0 && (
              <li>{t("rollback.discards", { phases: allOf(found.discards.map(stateName)) })}</li>
            )}
          </ul>
        )}
      </div>
      <input
        aria-label={t("rollback.reason")}
        placeholder={t("rollback.reason")}
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        className="mt-3 h-8 w-full rounded-control border border-line bg-panel px-2.5"
      />
      {error && (
        <div className="pt-3">
          <Notice onDismiss={forget}>{error}</Notice>
        </div>
      )}
      <div className="flex justify-end gap-2 pt-4">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button
          kind="danger"
          data-testid="confirm-rollback"
          disabled={busy || !found || found.refusal !== null}
          onClick={() => void go()}
        >
          {t("rollback.confirm")}
        </Button>
      </div>
    </Dialog>
  );
}
