import { useQuery } from "@tanstack/react-query";
import { Check, CornerUpLeft, PanelRightClose } from "lucide-react";
import { useState } from "react";
import { type BuildDetail, queries, type RailStep, type Role, type State } from "../../backend";
import { useDesk } from "../../desk";
import { Button, IconButton } from "../../shared/Button";
import { modelName } from "../../shared/models";
import { ROLE_TEXT, roleName } from "../../shared/roles";
import { clock, dollars, grouped, longSpan, percent, span, useSince } from "../../shared/time";
import { t } from "../../words";
import { BudgetDialog } from "../money/BudgetDialog";
import { budgetText, share } from "../money/budget";
import { UsageDialog } from "../money/UsageDialog";
import { RollbackDialog } from "./RollbackDialog";
import { StepPopover } from "./StepPopover";
import { Understood } from "./Understood";

const OWNER: Record<State, Role | null> = {
  discovery: "q_assistant",
  planning: "q_assistant",
  handoff_to_coder: "code_writer",
  implementation: "code_writer",
  handoff_to_tester: "test_auditor",
  testing: "test_auditor",
  handoff_to_verifier: "verification_overseer",
  verification: "verification_overseer",
  handoff_to_releaser: "release_manager",
  deployment: "release_manager",
  complete: null,
};

/** The eleven states: six phases large, the handoffs between them small, the present one alive. */
export function Rail({ build }: { build: BuildDetail }) {
  const foldRail = useDesk((desk) => desk.foldRail);
  const { progress } = build;
  const talking = build.summary.state === "discovery" || build.summary.state === "planning";
  return (
    <aside
      data-testid="rail"
      aria-label={t("rail.title")}
      className="flex w-[296px] shrink-0 flex-col border-line border-l bg-raised max-[799px]:absolute max-[799px]:inset-y-0 max-[799px]:right-0 max-[799px]:z-20 max-[799px]:shadow-2xl"
    >
      <div className="flex items-center gap-2 px-4 pt-[15px]">
        <h2 className="flex-1 font-semibold">{t("rail.title")}</h2>
        <span className="text-small text-third">
          {t("rail.progress", {
            percent: percent(progress.percentage / 100),
            step: Math.min(progress.completed + 1, progress.total),
            total: progress.total,
          })}
        </span>
        <IconButton label={t("head.hideRail")} onClick={() => foldRail(true)} className="min-[800px]:hidden -mr-2">
          <PanelRightClose size={15} />
        </IconButton>
      </div>
      <div
        role="progressbar"
        aria-label={t("rail.title")}
        aria-valuenow={progress.percentage}
        aria-valuemin={0}
        aria-valuemax={100}
        className="mx-4 mt-2.5 h-1 shrink-0 overflow-hidden rounded-full bg-line"
      >
        <div
          className="h-full bg-primary transition-[width] duration-300"
          style={{ width: `${progress.percentage}%` }}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-4 pt-4 pb-4">
        <ol>
          {build.rail.map((step, index) => (
            <Step key={step.state} step={step} index={index} build={build} last={index === build.rail.length - 1} />
          ))}
        </ol>
        {talking && <Understood build={build} />}
      </div>
      <Figures build={build} />
    </aside>
  );
}

function Step({ step, index, build, last }: { step: RailStep; index: number; build: BuildDetail; last: boolean }) {
  const small = step.state.startsWith("handoff");
  return (
    <li
      data-testid={`rail-${step.state}`}
      data-standing={step.standing}
      aria-current={step.standing === "current" || step.standing === "waiting" ? "step" : undefined}
      className="relative flex gap-2.5"
    >
      {!last && (
        <span
          aria-hidden
          className={`absolute left-[10.5px] w-px bg-line ${small ? "top-[19px] bottom-[-4px]" : "top-[25px] bottom-[-4px]"}`}
        />
      )}
      {small ? <Small step={step} build={build} /> : <Large step={step} number={index + 1} build={build} />}
    </li>
  );
}

function Large({ step, number, build }: { step: RailStep; number: number; build: BuildDetail }) {
  const [rollingBack, setRollingBack] = useState(false);
  const owner = OWNER[step.state];
  const ahead = step.standing === "ahead";
  return (
    <>
      <Mark step={step} number={number} />
      <div className="min-w-0 flex-1 pb-2.5">
        <div className="flex items-baseline gap-2">
          <StepPopover
            step={step}
            build={build}
            onRollBack={() => setRollingBack(true)}
            className={`flex-1 rounded-[5px] text-left font-medium focus-visible:outline-offset-0 ${ahead ? "text-third" : "hover:underline"}`}
          >
            {t(`states.${step.state}`)}
          </StepPopover>
          {!ahead && step.state !== "complete" && <Elapsed step={step} />}
        </div>
        <p className={`truncate text-small ${owner && !ahead ? ROLE_TEXT[owner] : "text-third"}`}>
          {under(step, owner, build)}
        </p>
        <SentBackNote step={step} />
      </div>
      {rollingBack && <RollbackDialog build={build} to={step.state} onClose={() => setRollingBack(false)} />}
    </>
  );
}

/** How often work went back from here, and the last reason. */
function SentBackNote({ step }: { step: RailStep }) {
  if (!step.sent_back) return null;
  return (
    <p
      title={step.sent_back.reason}
      className="mt-1 flex w-fit max-w-full items-center gap-1 rounded-[5px] bg-failed-bg px-1.5 py-px text-failed text-small"
    >
      <CornerUpLeft size={12} className="shrink-0" aria-hidden />
      <span className="truncate">{t("rail.sentBack", { ...step.sent_back })}</span>
    </p>
  );
}

function under(step: RailStep, owner: Role | null, build: BuildDetail): string {
  if (!owner) {
    if (step.standing !== "done") return t("rail.afterProbe");
    return build.release?.url ? t("rail.probed") : t("line.released");
  }
  const notes = [roleName(owner)];
  if (step.state === "planning" && build.plan_revision > 0)
    notes.push(t("rail.revision", { revision: build.plan_revision }));
  else if (step.state === "deployment") notes.push(t("rail.onThisMachine"));
  else if (step.attempts > 1 && step.state !== "discovery") notes.push(t("rail.attempts", { count: step.attempts }));
  return notes.join(" · ");
}

function Elapsed({ step }: { step: RailStep }) {
  const running = step.left_at === null && step.entered_at !== null;
  const since = useSince(running ? step.entered_at : null);
  // What earlier visits took, and this one as it goes.
  const before = step.elapsed_ms ?? 0;
  const shown = running ? Math.max(before, since) : before;
  return <span className="text-small text-third">{span(shown)}</span>;
}

function Mark({ step, number }: { step: RailStep; number: number }) {
  const base = "flex size-[22px] shrink-0 items-center justify-center rounded-full border text-[11px] font-medium";
  switch (step.standing) {
    case "done":
      return (
        <span className={`${base} border-passed bg-passed-bg text-passed`}>
          <Check size={12} aria-hidden />
        </span>
      );
    case "waiting":
      return (
        <span className={`${base} border-waiting bg-waiting-bg text-waiting ring-4 ring-waiting-bg`}>{number}</span>
      );
    case "current":
      return <span className={`${base} alive border-ink text-ink`}>{number}</span>;
    case "ahead":
      return (
        <span className={`${base} border-line bg-raised text-third`}>
          {step.state === "complete" ? <Check size={12} aria-hidden /> : number}
        </span>
      );
  }
}

function Small({ step, build }: { step: RailStep; build: BuildDetail }) {
  const ready = step.state === "handoff_to_coder";
  const waitsForClick = ready && build.summary.waiting_for === "ready_to_build";
  // Of a build that was paused after it was approved, nothing waits for the person at the handoff.
  const standing = step.standing === "waiting" && !build.open_handoff ? "current" : step.standing;
  const waiting = standing === "waiting" || waitsForClick;
  const since = useSince(standing === "waiting" ? step.entered_at : null);
  const colour = waiting ? "text-waiting" : standing === "done" ? "text-passed" : "text-line";
  const words = () => {
    if (waitsForClick) return t("rail.waitingReady");
    if (standing === "ahead") return ready ? t("states.handoff_to_coder") : t(`states.${step.state}`);
    if (standing === "waiting") return t("rail.waitingApproval");
    if (standing === "current") return t("rail.handing");
    if (step.approved_by === "you") return ready ? t("rail.byYou") : t("rail.approvedByYou");
    return t("rail.approvedByPolicy");
  };
  return (
    <>
      <span aria-hidden className="flex w-[22px] shrink-0 justify-center pt-[6px]">
        <svg width="10" height="10" viewBox="0 0 10 10" className={colour} role="presentation">
          <path
            d="M5 0.7 9.3 5 5 9.3 0.7 5Z"
            fill={standing === "ahead" && !waitsForClick ? "var(--raised)" : "currentColor"}
            stroke="currentColor"
          />
        </svg>
      </span>
      <div className="min-w-0 flex-1 pb-2.5">
        <p className="flex items-baseline gap-2">
          <StepPopover
            step={step}
            build={build}
            className={`min-w-0 flex-1 truncate text-left text-small leading-5 ${waiting ? "font-medium text-waiting" : "text-third"} ${standing === "ahead" ? "" : "hover:underline"}`}
          >
            {words()}
          </StepPopover>
          <span className={`text-small ${waiting ? "text-waiting" : "text-third"}`}>
            {standing === "waiting" ? span(since) : standing === "done" && step.left_at ? clock(step.left_at) : ""}
          </span>
        </p>
        <SentBackNote step={step} />
      </div>
    </>
  );
}

function Figures({ build }: { build: BuildDetail }) {
  const [open, setOpen] = useState<"usage" | "budget" | null>(null);
  const over = build.summary.status === "complete" || build.summary.status === "cancelled";
  const since = useSince(over ? null : build.summary.created_at);
  const tokens = (build.usage.input_tokens ?? 0) + (build.usage.output_tokens ?? 0);
  const used = share(build.usage);
  const limited = build.usage.budget?.unit;
  const withLimit = (figure: string) => t("rail.of", { used: figure, budget: budgetText(build.usage.budget) });
  const left = useLeft(build);
  const figures = [
    [
      t("rail.tokens"),
      limited === "tokens"
        ? t("rail.of", { used: grouped(tokens), budget: grouped(build.usage.budget?.amount ?? 0) })
        : grouped(tokens),
    ],
    [t("rail.cost"), limited === "dollars" ? withLimit(cost(build)) : cost(build)],
    [t("rail.elapsed"), longSpan(over ? (build.usage.elapsed_ms ?? 0) : since)],
    left === null ? [t("rail.model"), modelName(build.model)] : [t("rail.left"), left],
  ] as const;
  return (
    <div className="mx-4 border-line border-t py-3.5">
      <dl className="grid grid-cols-2 gap-x-4 gap-y-2">
        {figures.map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="text-small text-third">{name}</dt>
            <dd className="truncate" title={value}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
      {used !== null && <Meter used={used} />}
      <Button kind="quiet" className="-mx-3 mt-1.5" data-testid="usage-and-budget" onClick={() => setOpen("usage")}>
        {t("rail.usage")}
      </Button>
      {open === "usage" && (
        <UsageDialog build={build} onClose={() => setOpen(null)} onBudget={() => setOpen("budget")} />
      )}
      {open === "budget" && <BudgetDialog build={build} onClose={() => setOpen(null)} />}
    </div>
  );
}

/** How much longer the roles will likely take, from the person's own finished builds; null while nobody can say. */
function useLeft(build: BuildDetail): string | null {
  const { state, status, workflow_id } = build.summary;
  const building =
    state !== "discovery" && state !== "planning" && (status === "active" || status === "awaiting_approval");
  const forecast = useQuery({ ...queries.forecast(workflow_id), enabled: building, refetchInterval: 15_000 });
  const range = building ? forecast.data?.left_ms : null;
  if (!range) return null;
  const [from, to] = range.map((ms) => Math.ceil((ms ?? 0) / 60_000)) as [number, number];
  if ((range[1] ?? 0) < 60_000) return t("rail.leftSoon");
  return from === to ? t("rail.leftAbout", { count: to }) : t("rail.leftRange", { from, to });
}

/** How much of the budget is used. */
function Meter({ used }: { used: number }) {
  const colour = used >= 1 ? "bg-failed" : used >= 0.8 ? "bg-waiting" : "bg-primary";
  return (
    <div
      role="progressbar"
      aria-label={t("plan.budget")}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.min(100, Math.round(used * 100))}
      className="mt-2.5 h-1 overflow-hidden rounded-full bg-line"
    >
      <div className={`h-full ${colour}`} style={{ width: `${Math.min(100, used * 100)}%` }} />
    </div>
  );
}

/** The practice model costs nothing; what a connected one costs is not known without its price. */
function cost(build: BuildDetail): string {
  if (build.usage.cost !== null) return dollars(build.usage.cost);
  return build.model === "practice" ? dollars(0) : t("rail.costUnknown");
}
