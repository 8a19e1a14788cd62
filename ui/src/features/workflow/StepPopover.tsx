import { Popover } from "@base-ui/react/popover";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import {
  type BuildDetail,
  type HandoffRecord,
  queries,
  type RailStep,
  type State,
  type StepAttempt,
  type StepDetail,
} from "../../backend";
import { type Tab, useDesk } from "../../desk";
import { Button } from "../../shared/Button";
import { modelName } from "../../shared/models";
import { Notice, sentence } from "../../shared/Notice";
import { ROLE_TEXT, roleName } from "../../shared/roles";
import { clock, dollars, grouped, longSpan } from "../../shared/time";
import { said, t } from "../../words";
import { Evidence } from "./Evidence";

/** Where the result of a step is looked at. */
const VIEW: Record<State, Tab> = {
  discovery: "conversation",
  planning: "plan",
  handoff_to_coder: "plan",
  implementation: "changes",
  handoff_to_tester: "changes",
  testing: "tests",
  handoff_to_verifier: "tests",
  verification: "checks",
  handoff_to_releaser: "checks",
  deployment: "timeline",
  complete: "release",
};

/** Where a role is seen at work. */
const WORKS: State[] = ["implementation", "testing", "verification", "deployment"];

type Props = {
  step: RailStep;
  build: BuildDetail;
  /** None where nothing can be rolled back to. */
  onRollBack?: () => void;
  className: string;
  children: ReactNode;
};

/** A step of the rail that can be looked into. What lies ahead has nothing to show. */
export function StepPopover({ step, build, onRollBack, className, children }: Props) {
  const [open, setOpen] = useState(false);
  const openBuild = useDesk((desk) => desk.openBuild);
  const id = build.summary.workflow_id;
  const canGoBack = onRollBack !== undefined && build.rollback_targets.includes(step.state);
  const go = (tab: Tab) => {
    setOpen(false);
    openBuild(id, tab);
  };
  const name = t(step.state === "handoff_to_coder" ? "rail.handoffToCoder" : `states.${step.state}`);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        disabled={step.standing === "ahead"}
        data-testid={`open-${step.state}`}
        data-decision={canGoBack ? "roll_back" : undefined}
        className={className}
      >
        {children}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner side="left" align="start" sideOffset={54} collisionPadding={12} className="z-30">
          <Popover.Popup
            data-testid="step-panel"
            className="card lifted flex max-h-[min(72vh,620px)] w-[min(400px,92vw)] flex-col"
          >
            <Popover.Title className="px-4 pt-3.5 pb-1 font-semibold text-read">{name}</Popover.Title>
            <div className="min-h-0 flex-1 overflow-y-auto">
              <Inside id={id} step={step} />
            </div>
            <div className="flex flex-wrap gap-2 border-faint border-t px-4 py-3">
              <Button onClick={() => go(VIEW[step.state])}>{t(`tabs.${VIEW[step.state]}`)}</Button>
              {WORKS.includes(step.state) && <Button onClick={() => go("work")}>{t("tabs.work")}</Button>}
              {canGoBack && (
                <Button
                  kind="quiet"
                  data-testid={`roll-back-${step.state}`}
                  onClick={() => {
                    setOpen(false);
                    onRollBack();
                  }}
                >
                  {t("rail.rollBack")}
                </Button>
              )}
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Inside({ id, step }: { id: string; step: RailStep }) {
  const detail = useQuery(queries.step(id, step.state));
  if (detail.isError) {
    return (
      <div className="px-4 pb-3">
        <Notice>{sentence(detail.error)}</Notice>
      </div>
    );
  }
  if (!detail.data) return <div aria-busy="true" className="h-24" />;
  return <Known id={id} step={step} found={detail.data} />;
}

function Known({ id, step, found }: { id: string; step: RailStep; found: StepDetail }) {
  return (
    <>
      <p className="px-4 pb-2 text-second">
        {step.entered_at && step.left_at
          ? [
              t("rail.fromTo", { from: clock(step.entered_at), to: clock(step.left_at) }),
              longSpan(step.elapsed_ms ?? 0),
            ].join(" · ")
          : step.entered_at && t("rail.since", { from: clock(step.entered_at) })}
      </p>
      {step.sent_back && (
        <p className="px-4 pb-2 text-failed">
          {t("rail.sentBackOf", { count: step.sent_back.count, limit: step.sent_back.limit })}
        </p>
      )}
      {found.summary !== "" && (
        <Part title={t("rail.itsWords")}>
          <p data-selectable className="whitespace-pre-wrap break-words text-second">
            {found.summary}
          </p>
        </Part>
      )}
      {found.evidence.length > 0 && (
        <Part title={t("rail.evidence")} flush>
          <ul className="@container">
            {found.evidence.map((row) => (
              <Evidence key={JSON.stringify(row.fact)} row={row} id={id} />
            ))}
          </ul>
        </Part>
      )}
      {found.handoffs.length > 0 && (
        <Part title={t("rail.decisions")}>
          <ol>
            {[...found.handoffs].reverse().map((record) => (
              <Decided key={record.handoff_id} record={record} />
            ))}
          </ol>
        </Part>
      )}
      {found.attempts.length > 0 && (
        <Part title={t("rail.attemptsTitle")}>
          <ol>
            {[...found.attempts].reverse().map((attempt) => (
              <Attempt key={attempt.attempt} attempt={attempt} />
            ))}
          </ol>
        </Part>
      )}
    </>
  );
}

function Part({ title, flush = false, children }: { title: string; flush?: boolean; children: ReactNode }) {
  return (
    <section className="border-faint border-t py-2.5">
      <h3 className="px-4 pb-1 text-small text-third">{title}</h3>
      <div className={flush ? "" : "px-4"}>{children}</div>
    </section>
  );
}

function Attempt({ attempt }: { attempt: StepAttempt }) {
  const tokens = (attempt.input_tokens ?? 0) + (attempt.output_tokens ?? 0);
  const practice = attempt.model === "practice";
  const cost = practice ? dollars(0) : attempt.cost === null ? t("rail.costUnknown") : dollars(attempt.cost);
  return (
    <li data-testid="attempt" className="border-faint border-t py-1.5 first:border-t-0">
      <p className="flex items-baseline gap-2">
        <span className="flex-1 font-medium">{t("rail.attempt", { number: attempt.attempt })}</span>
        <span className={attempt.end === "failed" ? "text-failed" : "text-second"}>{t(`rail.end_${attempt.end}`)}</span>
      </p>
      <p className="text-small text-third">
        <span className={ROLE_TEXT[attempt.role]}>{roleName(attempt.role)}</span>
        {" · "}
        {t("rail.attemptFacts", {
          at: clock(attempt.started_at),
          time: longSpan(attempt.elapsed_ms ?? 0),
          tokens: grouped(tokens),
          cost,
          model: modelName(attempt.model),
        })}
      </p>
      {attempt.sent_back && (
        <p
          data-selectable
          className="mt-1 whitespace-pre-wrap break-words rounded-[5px] bg-failed-bg px-2 py-1 text-failed text-small"
        >
          {t("rail.cameBack", { reason: attempt.sent_back })}
        </p>
      )}
    </li>
  );
}

const DECIDED_LOOK = { approved: "text-passed", rejected: "text-failed", void: "text-waiting" };

function Decided({ record }: { record: HandoffRecord }) {
  const { decision } = record;
  const by = record.decided_by;
  const who =
    by === "you" ? t("roles.you") : by ? (said(`roles.${by}`) ?? said(`rail.by_${by}`) ?? t("rail.by_policy")) : "";
  return (
    <li className="border-faint border-t py-1.5 first:border-t-0">
      <p className="flex items-baseline gap-2">
        <span className={`flex-1 font-medium ${decision ? DECIDED_LOOK[decision] : "text-waiting"}`}>
          {t(decision ? `rail.decision_${decision}` : "rail.waitingApproval")}
        </span>
        <span className="text-second">
          {record.decided_at ? t("rail.byAt", { who, time: clock(record.decided_at) }) : clock(record.at)}
        </span>
      </p>
      <p data-selectable className="font-mono text-small text-third">
        {t("rail.pin", {
          revision: record.pin.plan_revision,
          tree: record.pin.tree_hash.slice(0, 10),
          evidence: record.pin.evidence_hash.slice(0, 10),
        })}
      </p>
      {record.reason && (
        <p data-selectable className="whitespace-pre-wrap break-words pt-0.5 text-second">
          {record.reason}
        </p>
      )}
    </li>
  );
}
