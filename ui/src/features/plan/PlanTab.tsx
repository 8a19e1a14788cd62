import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type BuildDetail, client, commands, type Plan, queries, type Requirements } from "../../backend";
import { useDesk } from "../../desk";
import { keyNames, useAction } from "../../shared/actions";
import { Button } from "../../shared/Button";
import { Empty } from "../../shared/Empty";
import { lazily } from "../../shared/lazily";
import { modelName } from "../../shared/models";
import { Notice, sentence } from "../../shared/Notice";
import { roleName } from "../../shared/roles";
import { clock, dollars, longSpan } from "../../shared/time";
import { t } from "../../words";
import { useBuildAction } from "../builds/useBuildAction";
import { BudgetDialog } from "../money/BudgetDialog";
import { budgetText } from "../money/budget";
import { Drafts, usePlanDrafts } from "./drafts";
import { Editable } from "./Editable";
import { missingWhat } from "./missing";
import { RequirementsEditor } from "./RequirementsEditor";
import { TasksEditor } from "./TasksEditor";
import { type Undoable, UndoLine } from "./UndoLine";

// The word by word comparison comes when it is looked at.
const Revisions = lazily(() => import("./Revisions").then(({ Revisions }) => Revisions));

/** Requirements and plan. Until Ready to Build everything in it can be changed by hand; each change is a revision. */
export function PlanTab({ build }: { build: BuildDetail }) {
  const id = build.summary.workflow_id;
  const action = useBuildAction();
  const { act, inTurn, busy, error, forget } = action;
  const drafts = usePlanDrafts(id);
  const [comparing, setComparing] = useState(false);
  const [undoable, setUndoable] = useState<Undoable | null>(null);
  const onUndoable = (what: string, undo: () => void) => setUndoable({ what, undo });
  useAction({ id: "plan_revisions", run: () => setComparing(true) }, { enabled: build.requirements !== null });
  const openBuild = useDesk((desk) => desk.openBuild);
  const { requirements, plan } = build;
  const open = build.summary.state === "discovery" || build.summary.state === "planning";
  // In the trash nothing goes on.
  const editable = open && build.summary.status === "active" && build.summary.trashed_at === null;
  if (!requirements) {
    return (
      <Empty
        title={t("plan.none")}
        action={<Button onClick={() => openBuild(id, "conversation")}>{t("plan.toConversation")}</Button>}
      >
        {t("plan.noneText")}
      </Empty>
    );
  }
  // Each change is made on what the one before it left.
  const newest = () => client.getQueryData<BuildDetail>(queries.build(id).queryKey) ?? build;
  const saveRequirements = (change: (now: Requirements) => Requirements) =>
    inTurn(() => {
      const now = newest();
      return commands.editRequirements(id, now.revision, change(now.requirements ?? requirements));
    });
  const savePlan = (change: (now: Plan) => Plan) =>
    inTurn(() => {
      const now = newest();
      return commands.editPlan(id, now.plan_revision, change(now.plan ?? (plan as Plan)));
    });
  if (comparing) {
    return <Revisions build={build} editable={editable} act={act} busy={busy} onClose={() => setComparing(false)} />;
  }
  return (
    <div className="flex h-full flex-col">
      <div className="min-h-0 flex-1 overflow-y-auto">
        {/* Room for the buttons that stand beside a line. */}
        <div className="mx-auto max-w-[844px] px-8 py-7">
          {error && (
            <div className="pb-4">
              <Notice onDismiss={forget}>{error}</Notice>
            </div>
          )}
          <RevisionLine build={build} onCompare={() => setComparing(true)} />
          <Drafts value={drafts}>
            <RequirementsEditor
              requirements={requirements}
              editable={editable}
              onSave={saveRequirements}
              onUndoable={onUndoable}
            />
            {plan && (
              <>
                <TasksEditor
                  plan={plan}
                  requirements={requirements}
                  editable={editable}
                  onSave={savePlan}
                  onUndoable={onUndoable}
                />
                <div className="grid grid-cols-1 gap-x-10 gap-y-6 pt-8 min-[1000px]:grid-cols-2">
                  <section>
                    <h2 className="pb-1.5 font-semibold text-read">{t("plan.tested")}</h2>
                    <Editable
                      label={t("plan.strategy")}
                      value={plan.test_strategy.summary}
                      editable={editable}
                      className="text-second"
                      onSave={(summary) =>
                        savePlan((now) => ({ ...now, test_strategy: { ...now.test_strategy, summary } }))
                      }
                    />
                  </section>
                  <section>
                    <h2 className="pb-1.5 font-semibold text-read">{t("plan.goes")}</h2>
                    <Editable
                      label={t("plan.how")}
                      value={plan.release.how}
                      editable={editable}
                      className="text-second"
                      onSave={(how) => savePlan((now) => ({ ...now, release: { ...now.release, how } }))}
                    />
                    <p className="truncate pt-1 font-mono text-small text-third" title={build.summary.project.path}>
                      {build.summary.project.path}
                    </p>
                  </section>
                </div>
              </>
            )}
          </Drafts>
        </div>
      </div>
      {undoable && <UndoLine undoable={undoable} onDone={() => setUndoable(null)} />}
      {editable && <ReadyBar build={build} newest={newest} {...action} />}
    </div>
  );
}

/** Which revision is shown, and the way to the others. */
function RevisionLine({ build, onCompare }: { build: BuildDetail; onCompare: () => void }) {
  const revisions = useQuery(queries.revisions(build.summary.workflow_id));
  const newest = revisions.data?.at(-1);
  if (!newest) return null;
  const who = newest.role ? roleName(newest.role) : t("plan.byYou");
  const facts = { number: newest.number, who, time: clock(newest.at) };
  return (
    <p className="-mt-2 flex items-center gap-2 pb-3 text-small text-third">
      <span className="flex-1">{t(newest.number > 0 ? "plan.revisionLine" : "plan.revisionLineTalk", facts)}</span>
      {(revisions.data?.length ?? 0) > 1 && (
        <Button kind="quiet" className="-mr-3" data-testid="compare-revisions" onClick={onCompare}>
          {t("plan.compare")}
        </Button>
      )}
    </p>
  );
}

type Acting = Pick<ReturnType<typeof useBuildAction>, "act" | "settled"> & { newest: () => BuildDetail };

/** What the click will mean, and the click. */
function ReadyBar({ build, newest, act, settled }: { build: BuildDetail } & Acting) {
  const id = build.summary.workflow_id;
  const forecast = useQuery(queries.forecast(id));
  const openBuild = useDesk((desk) => desk.openBuild);
  const [budgeting, setBudgeting] = useState(false);
  const missing = forecast.data?.missing[0];
  // Not while something is saved, either: leaving a field to click saves it, and the click waits for that.
  const may = forecast.data !== undefined && missing === undefined && build.plan !== null;
  const ready = async () => {
    // An edit that is still in its field is saved when the field is left.
    (document.activeElement as HTMLElement | null)?.blur();
    if (!(await settled())) return;
    if (await act(() => commands.readyToBuild(id, newest().plan_revision))) openBuild(id, "conversation");
  };
  useAction({ id: "ready_to_build", run: () => void ready() }, { enabled: may });
  const found = forecast.data;
  const facts: [string, string, string | undefined][] = [
    [t("plan.takes"), between(found?.duration_ms ?? null, longSpan), basedOn(found?.based_on ?? 0)],
    [
      t("plan.costs"),
      build.model === "practice" ? t("plan.free") : between(found?.cost ?? null, dollars),
      modelName(build.model),
    ],
    [t("plan.asked"), found ? t("plan.approvals", { count: found.approvals }) : "…", undefined],
  ];
  return (
    <div className="flex flex-wrap items-center gap-x-7 gap-y-3 border-line border-t px-6 py-3.5">
      {facts.map(([name, value, note]) => (
        <div key={name} title={note}>
          <p className="text-small text-third">{name}</p>
          <p>{value}</p>
        </div>
      ))}
      <div>
        <p className="text-small text-third">{t("plan.budget")}</p>
        <button
          type="button"
          data-testid="budget"
          className="underline decoration-line underline-offset-4 hover:decoration-ink"
          onClick={() => setBudgeting(true)}
        >
          {budgetText(build.usage.budget)}
        </button>
      </div>
      {budgeting && <BudgetDialog build={build} onClose={() => setBudgeting(false)} />}
      <div className="ml-auto flex flex-wrap items-center justify-end gap-3">
        {forecast.isError && (
          <Notice action={<Button onClick={() => void forecast.refetch()}>{t("retry")}</Button>}>
            {sentence(forecast.error)}
          </Notice>
        )}
        {missing && (
          <p role="status" className="max-w-[280px] text-small text-waiting">
            {missingWhat(missing)}
          </p>
        )}
        <Button onClick={() => openBuild(id, "conversation")}>{t("plan.back")}</Button>
        <Button
          kind="primary"
          className="h-[34px] px-4"
          keys={keyNames({ key: "Enter", mod: true })}
          data-testid="ready-to-build"
          data-decision="ready_to_build"
          disabled={!may}
          onClick={() => void ready()}
        >
          {t("plan.ready")}
        </Button>
      </div>
    </div>
  );
}

function between(range: [number | null, number | null] | null, show: (figure: number) => string): string {
  if (!range) return t("plan.unknown");
  const [from, to] = [show(range[0] ?? 0), show(range[1] ?? 0)];
  return from === to ? from : t("plan.between", { from, to });
}

const basedOn = (count: number) => (count > 0 ? t("plan.basedOn", { count }) : undefined);
