import { useState } from "react";
import { type BuildDetail, call, commands, type State } from "../../backend";
import { type Tab, useDesk } from "../../desk";
import { useAction } from "../../shared/actions";
import { copy } from "../../shared/clipboard";
import { Notice, sentence } from "../../shared/Notice";
import { t } from "../../words";
import { AgainDialog } from "../builds/AgainDialog";
import { CancelDialog } from "../builds/CancelDialog";
import { useBuildAction } from "../builds/useBuildAction";
import { BudgetDialog } from "../money/BudgetDialog";
import { UsageDialog } from "../money/UsageDialog";
import { RollbackDialog } from "../workflow/RollbackDialog";
import { waysOn } from "../workflow/waysOn";

const TABS: Tab[] = ["conversation", "plan", "work", "changes", "tests", "checks", "release", "timeline"];

type Asked = "cancel" | "again" | "usage" | "budget" | { backTo: State | null };

/** What can be done with the open build from each of its views, and what is asked before it is. */
export function BuildActions({ build }: { build: BuildDetail }) {
  const id = build.summary.workflow_id;
  const { act, busy, error, forget } = useBuildAction();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const close = () => setAsked(null);
  const attempt = (work: Promise<unknown>) => void work.catch((failure) => setTrouble(sentence(failure)));
  const { status, trashed_at } = build.summary;
  // In the trash nothing goes on: it can be read, and restored.
  const alive = trashed_at === null;
  const over = status === "complete" || status === "cancelled" || !alive;
  const backTo = alive ? build.rollback_targets : [];
  const url = build.release?.url;
  const next = build.standstill?.next_action;

  useAction(
    { id: "pause", run: () => void act(() => commands.pauseBuild(id)) },
    {
      enabled: alive && !busy && (status === "active" || status === "awaiting_approval"),
    },
  );
  useAction(
    { id: "resume", run: () => void act(() => commands.resumeBuild(id)) },
    {
      enabled: alive && !busy && status === "paused",
    },
  );
  useAction(
    { id: "undo_rollback", run: () => void act(() => commands.undoRollback(id)) },
    {
      enabled: alive && !busy && status === "paused" && build.can_undo_rollback,
    },
  );
  const goOn = waysOn(id, act, { raise: () => setAsked("budget"), rollBack: () => setAsked({ backTo: null }) });
  useAction(
    {
      id: "go_on",
      ...(next && { label: t(`standstill.${next}`) }),
      run: () => next && goOn[next](),
    },
    { enabled: alive && !busy && status === "blocked" && next !== undefined },
  );
  useAction({ id: "cancel_build", run: () => setAsked("cancel") }, { enabled: !over });
  useAction({ id: "again", run: () => setAsked("again") });
  useAction({ id: "roll_back", run: () => setAsked({ backTo: null }) }, { enabled: backTo.length > 0 });
  useAction({ id: "usage", run: () => setAsked("usage") });
  useAction({ id: "budget", run: () => setAsked("budget") }, { enabled: !over });
  useAction({ id: "open_link", run: () => url && attempt(call(commands.openLink(url))) }, { enabled: Boolean(url) });
  useAction({ id: "copy_link", run: () => url && void copy(url) }, { enabled: Boolean(url) });

  const said = error ?? trouble;
  return (
    <>
      {TABS.filter((tab) => tab !== "release" || build.release).map((tab) => (
        <GoToTab key={tab} id={id} tab={tab} />
      ))}
      {backTo.map((state) => (
        <RollBackTo key={state} state={state} ask={() => setAsked({ backTo: state })} />
      ))}
      {said && (
        <div className="px-4 py-2">
          <Notice
            onDismiss={() => {
              forget();
              setTrouble(null);
            }}
          >
            {said}
          </Notice>
        </div>
      )}
      <CancelDialog
        open={asked === "cancel"}
        onClose={close}
        onCancel={() => void act(() => commands.cancelBuild(id))}
      />
      {asked === "again" && <AgainDialog id={id} onClose={close} />}
      {asked === "usage" && <UsageDialog build={build} onClose={close} onBudget={() => setAsked("budget")} />}
      {asked === "budget" && <BudgetDialog build={build} onClose={close} />}
      {asked !== null && typeof asked === "object" && (
        <RollbackDialog build={build} {...(asked.backTo && { to: asked.backTo })} onClose={close} />
      )}
    </>
  );
}

function GoToTab({ id, tab }: { id: string; tab: Tab }) {
  const openBuild = useDesk((desk) => desk.openBuild);
  useAction({ id: `tab_${tab}`, run: () => openBuild(id, tab) });
  return null;
}

function RollBackTo({ state, ask }: { state: State; ask: () => void }) {
  useAction({
    id: "roll_back",
    which: state,
    label: t("actions.roll_back_to", { phase: t(`states.${state}`) }),
    run: ask,
  });
  return null;
}
