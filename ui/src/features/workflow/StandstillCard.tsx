import { useQuery } from "@tanstack/react-query";
import { CirclePause, CircleSlash, OctagonAlert, Undo2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import { type BuildDetail, commands, queries } from "../../backend";
import { useDesk } from "../../desk";
import { Button } from "../../shared/Button";
import { Notice } from "../../shared/Notice";
import { toldWhy, whyItStands } from "../../shared/told";
import { t } from "../../words";
import { CancelDialog } from "../builds/CancelDialog";
import { useBuildAction } from "../builds/useBuildAction";
import { BudgetDialog } from "../money/BudgetDialog";
import { RollbackDialog } from "./RollbackDialog";
import { waysOn } from "./waysOn";

/** What lies in how a model is connected, and is mended there. */
const ABOUT_THE_CONNECTION = ["model_unreachable", "model_unauthorized", "model_unknown", "not_a_model_server"];

/** Why the build stands still, and the one obvious thing to do. */
export function StandstillCard({ build }: { build: BuildDetail }) {
  const id = build.summary.workflow_id;
  const { act, busy, error, forget } = useBuildAction();
  const [rollingBack, setRollingBack] = useState(false);
  const [raising, setRaising] = useState(false);
  const [stopping, setStopping] = useState(false);
  const settings = useQuery(queries.settings());
  const go = useDesk((desk) => desk.go);
  const { status } = build.summary;
  const failure = error && <Notice onDismiss={forget}>{error}</Notice>;
  if (status === "paused") {
    const rolledBack = build.can_undo_rollback;
    const approved = build.summary.state.startsWith("handoff") && build.open_handoff === null;
    return (
      <Card
        icon={rolledBack ? <Undo2 size={16} /> : <CirclePause size={16} />}
        title={
          rolledBack
            ? t("standstill.rolledBack", { phase: t(`states.${build.summary.state}`) })
            : t("standstill.paused")
        }
        text={
          rolledBack
            ? t("standstill.rolledBackText")
            : t(approved ? "standstill.approvedText" : "standstill.pausedText")
        }
      >
        {failure}
        <Button
          kind="primary"
          data-testid="resume"
          disabled={busy}
          onClick={() => void act(() => commands.resumeBuild(id))}
        >
          {t("standstill.resume")}
        </Button>
        {rolledBack && (
          <Button data-testid="undo-rollback" disabled={busy} onClick={() => void act(() => commands.undoRollback(id))}>
            {t("head.undoRollback")}
          </Button>
        )}
      </Card>
    );
  }
  if (status === "cancelled") {
    return (
      <Card icon={<CircleSlash size={16} />} title={t("standstill.cancelled")} text={t("standstill.cancelledText")}>
        <Button onClick={() => go({ view: "new" })}>{t("newBuild")}</Button>
      </Card>
    );
  }
  const still = build.standstill;
  if (!still) return null;
  const connected = settings.data?.models.find((model) => model.name !== build.model);
  const next = still.next_action;
  const goOn = waysOn(id, act, { raise: () => setRaising(true), rollBack: () => setRollingBack(true) })[next];
  return (
    <Card
      bad
      icon={<OctagonAlert size={16} />}
      title={whyItStands(still.code) ?? t("standstill.blocked")}
      text={toldWhy(still) ?? still.reason}
    >
      {failure}
      {next === "connect_model" && connected && (
        <Button kind="primary" disabled={busy} onClick={() => void act(() => commands.useModel(id, connected.id))}>
          {t("standstill.useConnected", { name: connected.name })}
        </Button>
      )}
      <Button
        kind={next === "connect_model" && connected ? "plain" : "primary"}
        data-testid="standstill-action"
        disabled={busy}
        onClick={goOn}
      >
        {t(`standstill.${next}`)}
      </Button>
      {next === "raise_budget" && (
        <Button data-testid="stop-build" disabled={busy} onClick={() => setStopping(true)}>
          {t("standstill.stop")}
        </Button>
      )}
      {still.code === "not_a_sample" && (
        <Button data-testid="choose-sample" onClick={() => go({ view: "new" })}>
          {t("standstill.samples")}
        </Button>
      )}
      {next === "try_again" && ABOUT_THE_CONNECTION.includes(still.code) && (
        <Button onClick={() => go({ view: "settings", section: "models" })}>{t("standstill.models")}</Button>
      )}
      {next !== "roll_back" && build.rollback_targets.length > 0 && (
        <Button kind="quiet" onClick={() => setRollingBack(true)}>
          {t("standstill.roll_back")}
        </Button>
      )}
      {rollingBack && <RollbackDialog build={build} onClose={() => setRollingBack(false)} />}
      {raising && <BudgetDialog build={build} onClose={() => setRaising(false)} />}
      <CancelDialog
        open={stopping}
        onClose={() => setStopping(false)}
        onCancel={() => void act(() => commands.cancelBuild(id))}
      />
    </Card>
  );
}

function Card({
  icon,
  title,
  text,
  bad = false,
  children,
}: {
  icon: ReactNode;
  title: string;
  text: string;
  bad?: boolean;
  children: ReactNode;
}) {
  return (
    <section data-testid="standstill" role="status" className="card lifted overflow-hidden">
      <h2
        className={`flex items-center gap-2.5 px-4 py-3 font-semibold ${bad ? "bg-failed-bg text-failed" : "bg-faint text-second"}`}
      >
        {icon}
        {title}
      </h2>
      <p data-selectable className="break-words px-4 py-3 text-read">
        {text}
      </p>
      <div className="flex flex-wrap gap-2 px-4 pb-4">{children}</div>
    </section>
  );
}
