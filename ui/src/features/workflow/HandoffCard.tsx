import { ArrowRight, Check, File, X } from "lucide-react";
import { useState } from "react";
import { type BuildDetail, type HandoffCard as Card, commands, type EvidenceRow, type State } from "../../backend";
import { type Tab, useDesk } from "../../desk";
import { useAction } from "../../shared/actions";
import { Button } from "../../shared/Button";
import { Checkbox } from "../../shared/Checkbox";
import { Notice } from "../../shared/Notice";
import { ROLE_TEXT, roleName } from "../../shared/roles";
import { Select } from "../../shared/Select";
import { TextArea } from "../../shared/TextArea";
import { longSpan, useSince } from "../../shared/time";
import { useDraft } from "../../shared/useDraft";
import { WithCode } from "../../shared/WithCode";
import { t } from "../../words";
import { useBuildAction } from "../builds/useBuildAction";
import { phrase } from "./evidence";

/** Who hands what to whom, with the evidence. What is approved is exactly what is shown: the pin goes along. */
export function HandoffCard({ build, card }: { build: BuildDetail; card: Card }) {
  const id = build.summary.workflow_id;
  const { act, busy, error, forget } = useBuildAction();
  const [asking, setAsking] = useState(false);
  const [dontAsk, setDontAsk] = useState(false);
  const waiting = useSince(card.waiting_since);
  const approve = () => void act(() => commands.approveHandoff(id, card.handoff_id, card.pin, dontAsk));
  useAction({ id: "approve", run: approve }, { enabled: !asking });
  useAction({ id: "request_changes", run: () => setAsking(true) }, { enabled: !asking });
  return (
    <section
      data-testid="handoff-card"
      aria-label={t("handoff.title", { from: roleName(card.from_role), to: roleName(card.to_role) })}
      className="card lifted overflow-hidden"
    >
      <h2 className="flex items-center gap-2.5 bg-waiting-bg px-4 py-3 font-semibold text-waiting">
        <ArrowRight size={15} aria-hidden />
        <span className="flex-1">
          {t("handoff.title", { from: roleName(card.from_role), to: roleName(card.to_role) })}
        </span>
        <span className="font-normal text-small">{t("handoff.waiting", { time: longSpan(waiting) })}</span>
      </h2>
      <ul className="@container py-2">
        {card.evidence.map((row) => (
          <Evidence key={JSON.stringify(row.fact)} row={row} id={id} />
        ))}
      </ul>
      {card.summary && (
        <p data-selectable className="border-faint border-t px-4 py-2.5 text-second">
          <span className={`font-medium ${ROLE_TEXT[card.from_role]}`}>
            {t("handoff.says", { role: roleName(card.from_role) })}
          </span>{" "}
          {card.summary}
        </p>
      )}
      {card.remark && (
        <p data-selectable data-testid="remark" className="border-faint border-t px-4 py-2.5 text-second">
          <span className={`font-medium ${ROLE_TEXT.q_assistant}`}>
            {t("handoff.thinks", { role: roleName("q_assistant") })}
          </span>{" "}
          {card.remark}
        </p>
      )}
      {error && (
        <div className="px-4 pb-3">
          <Notice onDismiss={forget}>{error}</Notice>
        </div>
      )}
      {asking ? (
        <RequestChanges id={id} card={card} onClose={() => setAsking(false)} act={act} busy={busy} />
      ) : (
        <div className="flex flex-wrap items-center gap-2 border-faint border-t px-4 py-3">
          <Button
            kind="primary"
            keys="A"
            data-testid="approve-handoff"
            data-decision="approve"
            disabled={busy}
            onClick={approve}
          >
            {t("handoff.approve")}
          </Button>
          <Button
            keys="R"
            data-testid="request-changes"
            data-decision="request_changes"
            disabled={busy}
            onClick={() => setAsking(true)}
          >
            {t("handoff.request")}
          </Button>
          <Checkbox checked={dontAsk} onChange={setDontAsk} className="ml-auto text-small text-second">
            {t("handoff.dontAsk")}
          </Checkbox>
        </div>
      )}
    </section>
  );
}

function Evidence({ row, id }: { row: EvidenceRow; id: string }) {
  const openBuild = useDesk((desk) => desk.openBuild);
  const target: Tab = row.link;
  const { claim, detail, link } = phrase(row.fact);
  return (
    <li className="grid @max-[480px]:grid-cols-[16px_1fr_auto] grid-cols-[16px_148px_1fr_auto] items-baseline gap-x-3 px-4 py-1">
      <span className="self-start pt-[3px]">
        {row.ok === true && <Check size={15} className="text-passed" aria-label="✓" />}
        {row.ok === false && <X size={15} className="text-failed" aria-label="✗" />}
        {row.ok === null && <File size={14} className="text-third" aria-hidden />}
      </span>
      <span className="font-medium">{claim}</span>
      <span
        data-selectable
        className="@max-[480px]:order-last min-w-0 @max-[480px]:col-span-2 @max-[480px]:col-start-2 break-words text-second"
      >
        <WithCode text={detail} />
      </span>
      <button
        type="button"
        onClick={() => openBuild(id, target)}
        className="cursor-pointer font-mono text-small text-third hover:text-ink hover:underline"
      >
        {link}
      </button>
    </li>
  );
}

type Act = ReturnType<typeof useBuildAction>["act"];

function RequestChanges({
  id,
  card,
  onClose,
  act,
  busy,
}: {
  id: string;
  card: Card;
  onClose: () => void;
  act: Act;
  busy: boolean;
}) {
  const [reason, setReason, clear] = useDraft(`reason-${card.handoff_id}`);
  const [target, setTarget] = useState<State | null>(card.may_go_back_to[0] ?? null);
  const send = async () => {
    if (await act(() => commands.requestChanges(id, card.handoff_id, reason, target))) clear();
  };
  return (
    <form
      className="border-faint border-t px-4 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <label className="block pb-1 font-medium" htmlFor="reason">
        {t("handoff.reason")}
      </label>
      <div className="rounded-control border border-line px-2.5 py-2 focus-within:border-third">
        <TextArea
          id="reason"
          autoFocus
          rows={2}
          data-testid="request-changes-reason"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          onKeyDown={(event) => event.key === "Escape" && onClose()}
        />
      </div>
      <p className="pt-1 text-small text-third">{t("handoff.reasonHint")}</p>
      <div className="flex flex-wrap items-center gap-2 pt-3">
        <Button
          kind="primary"
          type="submit"
          data-testid="request-changes-confirm"
          disabled={busy || reason.trim() === ""}
        >
          {t("handoff.send")}
        </Button>
        <Button onClick={onClose}>{t("cancel")}</Button>
        {card.may_go_back_to.length > 1 && (
          <label htmlFor="back-to" className="ml-auto flex items-center gap-2 text-second">
            {t("handoff.backTo")}
            <Select id="back-to" value={target ?? ""} onChange={(event) => setTarget(event.target.value as State)}>
              {card.may_go_back_to.map((state) => (
                <option key={state} value={state}>
                  {t(`states.${state}`)}
                </option>
              ))}
            </Select>
          </label>
        )}
      </div>
    </form>
  );
}
