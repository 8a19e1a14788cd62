import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useStickToBottom } from "use-stick-to-bottom";
import { type BuildDetail, type ConversationItem, queries } from "../../backend";
import { useDesk } from "../../desk";
import { Button } from "../../shared/Button";
import { Notice, sentence } from "../../shared/Notice";
import { Badge, ROLE_TEXT, roleName } from "../../shared/roles";
import { t } from "../../words";
import { doing } from "../builds/line";
import { LiveCard } from "../complete/LiveCard";
import { useReadAloud } from "../voice/useReadAloud";
import { HandoffCard } from "../workflow/HandoffCard";
import { StandstillCard } from "../workflow/StandstillCard";
import { Announced } from "./Announced";
import { Composer } from "./Composer";
import { Messages, useLive } from "./Messages";
import { useSay } from "./useSay";
import { useSought } from "./useSought";

export function Conversation({ build }: { build: BuildDetail }) {
  const id = build.summary.workflow_id;
  // In the trash it is only read.
  const trashed = build.summary.trashed_at !== null;
  const conversation = useQuery(queries.conversation(id));
  const { scrollRef, contentRef, scrollToBottom, stopScroll } = useStickToBottom({
    initial: "instant",
    resize: "instant",
  });
  const say = useSay(id);
  useReadAloud(build, conversation.data);
  const items = conversation.data ?? [];
  const last = items.at(-1);
  const cardShown = build.open_handoff !== null || build.standstill !== null;
  // Who has scrolled up to read stays there, until they say something or are asked.
  const own = last?.author === "you" ? last.id : null;
  const begun = items.length > 0;
  useEffect(() => {
    if (begun || cardShown || own) void scrollToBottom("instant");
  }, [begun, cardShown, own, scrollToBottom]);
  useSought(begun, stopScroll);
  return (
    <div className="relative flex h-full flex-col">
      <Announced item={last} build={build} />
      <div ref={scrollRef} className="min-h-0 flex-1 overflow-y-scroll">
        <div
          ref={contentRef}
          className="mx-auto flex min-h-full w-full max-w-[728px] flex-col justify-end gap-5 px-6 pt-8 pb-6"
        >
          {conversation.isError && <Notice>{sentence(conversation.error)}</Notice>}
          <Messages items={items}>
            {last && last.choices.length > 0 && build.summary.waiting_for === "your_answer" && (
              <fieldset aria-label={t("conversation.choices")} className="flex flex-wrap gap-2 pt-2">
                {last.choices.map((choice, index) => (
                  <button
                    key={choice}
                    type="button"
                    data-testid={`quick-reply-${index}`}
                    disabled={say.busy}
                    onClick={() => void say.send(choice)}
                    className="rounded-full border border-line px-3 py-0.5 text-second hover:border-third hover:text-ink disabled:opacity-50"
                  >
                    {choice}
                  </button>
                ))}
              </fieldset>
            )}
          </Messages>
          {build.summary.waiting_for === "role" && <AtWork build={build} items={items} />}
          {build.open_handoff && (
            <HandoffCard key={build.open_handoff.handoff_id} build={build} card={build.open_handoff} />
          )}
          {!trashed && <StandstillCard build={build} />}
          <PlanReady build={build} />
          {build.summary.status === "complete" && !trashed && <LiveCard build={build} />}
        </div>
      </div>
      {!trashed && <Composer build={build} say={say} />}
    </div>
  );
}

function AtWork({ build, items }: { build: BuildDetail; items: ConversationItem[] }) {
  const role = build.summary.role;
  const speaking = useLive(items).length > 0;
  const wait = build.summary.model_wait;
  if (!role || (speaking && !wait)) return null;
  return (
    <div role="status" className="flex items-start gap-3.5 text-second">
      <span className={wait ? "" : "alive"}>
        <Badge author={role} />
      </span>
      <div className="min-w-0 pt-0.5">
        <p className="truncate">
          <span className={ROLE_TEXT[role]}>{roleName(role)}</span> · {doing(build.summary)}
        </p>
        {wait && (
          <p data-testid="model-wait" className="text-third">
            {wait.why}
          </p>
        )}
      </div>
    </div>
  );
}

/** The plan waits to be read. The one button that builds stands beside it, not here. */
function PlanReady({ build }: { build: BuildDetail }) {
  const openBuild = useDesk((desk) => desk.openBuild);
  if (build.summary.waiting_for !== "ready_to_build") return null;
  return (
    <section aria-label={t("line.ready_to_build")} className="card lifted overflow-hidden">
      <h2 className="bg-waiting-bg px-4 py-2.5 font-semibold text-waiting">{t("line.ready_to_build")}</h2>
      <p className="px-4 py-3 text-read">{build.plan?.summary}</p>
      <div className="border-faint border-t px-4 py-3">
        <Button kind="primary" data-testid="read-plan" onClick={() => openBuild(build.summary.workflow_id, "plan")}>
          {t("plan.read")}
        </Button>
      </div>
    </section>
  );
}
