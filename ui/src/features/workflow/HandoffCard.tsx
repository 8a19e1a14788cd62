import { ArrowRight, MessageSquare } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { type BuildDetail, type HandoffCard as Card, commands, type State } from "../../backend";
import { useDesk } from "../../desk";
import { useAction } from "../../shared/actions";
import { Button } from "../../shared/Button";
import { Checkbox } from "../../shared/Checkbox";
import { Notice } from "../../shared/Notice";
import { ROLE_TEXT, roleName } from "../../shared/roles";
import { Select } from "../../shared/Select";
import { TextArea } from "../../shared/TextArea";
import { longSpan, useSince } from "../../shared/time";
import { useDraft } from "../../shared/useDraft";
import { t } from "../../words";
import { useBuildAction } from "../builds/useBuildAction";
import { asReason, type Comments, useComments } from "../changes/comments";
import { Evidence } from "./Evidence";

/** Who hands what to whom, with the evidence. What is approved is exactly what is shown: the pin goes along. */
export function HandoffCard({ build, card }: { build: BuildDetail; card: Card }) {
  const id = build.summary.workflow_id;
  const { act, busy, error, forget } = useBuildAction();
  const [asking, setAsking] = useState(false);
  const [dontAsk, setDontAsk] = useState(false);
  const waiting = useSince(card.waiting_since);
  const comments = useComments(id);
  const openBuild = useDesk((desk) => desk.openBuild);
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
      {comments.written.length > 0 && (
        <p className="flex items-center gap-2 border-faint border-t px-4 py-2 text-waiting" data-testid="comments-wait">
          <MessageSquare size={14} aria-hidden />
          <span className="flex-1">{t("handoff.comments", { count: comments.written.length })}</span>
          <Button kind="quiet" className="-mr-2" onClick={() => openBuild(id, "changes")}>
            {t("handoff.showComments")}
          </Button>
        </p>
      )}
      {asking ? (
        <RequestChanges
          id={id}
          card={card}
          comments={comments}
          onClose={() => setAsking(false)}
          act={act}
          busy={busy}
        />
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

type Act = ReturnType<typeof useBuildAction>["act"];

function RequestChanges({
  id,
  card,
  comments,
  onClose,
  act,
  busy,
}: {
  id: string;
  card: Card;
  comments: Comments;
  onClose: () => void;
  act: Act;
  busy: boolean;
}) {
  const [reason, setReason, clear, loaded] = useDraft(`reason-${card.handoff_id}`);
  const fromComments = asReason(comments.written);
  // What was typed before goes first: comments take an empty field only, once.
  const offered = useRef(false);
  const ready = loaded && comments.loaded;
  useEffect(() => {
    if (!ready || offered.current) return;
    offered.current = true;
    if (reason.trim() === "" && fromComments !== "") setReason(fromComments);
  }, [ready, reason, fromComments, setReason]);
  const [target, setTarget] = useState<State | null>(card.may_go_back_to[0] ?? null);
  const send = async () => {
    if (await act(() => commands.requestChanges(id, card.handoff_id, reason, target))) {
      clear();
      comments.clear();
    }
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
      <p className="flex flex-wrap items-center gap-2 pt-1 text-small text-third">
        <span className="flex-1">{t("handoff.reasonHint")}</span>
        {fromComments !== "" && !reason.includes(fromComments) && (
          <Button
            kind="quiet"
            data-testid="take-comments"
            onClick={() => setReason([reason.trim(), fromComments].filter(Boolean).join("\n\n"))}
          >
            {t("handoff.takeComments", { count: comments.written.length })}
          </Button>
        )}
      </p>
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
