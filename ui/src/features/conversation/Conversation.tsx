import { useQuery } from "@tanstack/react-query";
import { ChevronRight, Undo2 } from "lucide-react";
import { memo, type ReactNode, useEffect } from "react";
import { useStickToBottom } from "use-stick-to-bottom";
import { type BuildDetail, type ConversationItem, queries, type State, useStreams } from "../../backend";
import { useDesk } from "../../desk";
import { Button } from "../../shared/Button";
import { Markdown } from "../../shared/Markdown";
import { Notice, sentence } from "../../shared/Notice";
import { Badge, ROLE_TEXT, roleName } from "../../shared/roles";
import { clock } from "../../shared/time";
import { t } from "../../words";
import { doing } from "../builds/line";
import { LiveCard } from "../complete/LiveCard";
import { HandoffCard } from "../workflow/HandoffCard";
import { StandstillCard } from "../workflow/StandstillCard";
import { Composer } from "./Composer";
import { Live, Thought } from "./Live";
import { useSay } from "./useSay";

export function Conversation({ build }: { build: BuildDetail }) {
  const id = build.summary.workflow_id;
  const conversation = useQuery(queries.conversation(id));
  const { scrollRef, contentRef, scrollToBottom } = useStickToBottom({ initial: "instant", resize: "instant" });
  const say = useSay(id);
  const items = conversation.data ?? [];
  const last = items.at(-1);
  const cardShown = build.open_handoff !== null || build.standstill !== null;
  useEffect(() => {
    void scrollToBottom("instant");
  }, [cardShown, items.length, scrollToBottom]);
  return (
    <div className="flex h-full flex-col">
      <div ref={scrollRef} className="min-h-0 flex-1 overflow-y-scroll">
        <div
          ref={contentRef}
          className="mx-auto flex min-h-full w-full max-w-[728px] flex-col justify-end gap-5 px-6 pt-8 pb-6"
        >
          {conversation.isError && <Notice>{sentence(conversation.error)}</Notice>}
          <ol aria-label={t("tabs.conversation")} aria-live="polite" className="flex flex-col gap-5">
            {stretches(items).map((stretch) =>
              stretch.takenBack ? (
                <TakenBack key={stretch.items[0]?.id} to={stretch.takenBack} items={stretch.items} />
              ) : (
                stretch.items.map((item, index) => (
                  <Message key={item.id} item={item} continued={stretch.items[index - 1]?.author === item.author}>
                    {item === last && item.choices.length > 0 && build.summary.waiting_for === "your_answer" && (
                      <fieldset aria-label={t("conversation.choices")} className="flex flex-wrap gap-2 pt-2">
                        {item.choices.map((choice, index) => (
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
                  </Message>
                ))
              ),
            )}
            <Live items={items} />
          </ol>
          {build.summary.waiting_for === "role" && <AtWork build={build} items={items} />}
          {build.open_handoff && (
            <HandoffCard key={build.open_handoff.handoff_id} build={build} card={build.open_handoff} />
          )}
          <StandstillCard build={build} />
          <PlanReady build={build} />
          {build.summary.status === "complete" && <LiveCard build={build} />}
        </div>
      </div>
      <Composer build={build} say={say} />
    </div>
  );
}

type Stretch = { takenBack: State | null; items: ConversationItem[] };

/** The conversation, parted where a rollback took some of it back. */
function stretches(items: ConversationItem[]): Stretch[] {
  const parted: Stretch[] = [];
  for (const item of items) {
    const open = parted.at(-1);
    if (open && open.takenBack === item.taken_back) open.items.push(item);
    else parted.push({ takenBack: item.taken_back, items: [item] });
  }
  return parted;
}

/** What a rollback took back: folded away, but there to be read. */
function TakenBack({ to, items }: { to: State; items: ConversationItem[] }) {
  return (
    <li data-testid="taken-back">
      <details className="group">
        <summary className="flex cursor-pointer list-none items-center gap-3.5 text-small text-third hover:text-ink">
          <span className="flex size-6 shrink-0 items-center justify-center">
            <Undo2 size={14} aria-hidden />
          </span>
          {t("conversation.takenBack", { phase: t(`states.${to}`), count: items.length })}
          <ChevronRight size={14} aria-hidden className="group-open:rotate-90" />
        </summary>
        <ol className="mt-4 flex flex-col gap-5 border-line border-l-2 pl-4">
          {items.map((item, index) => (
            <Message key={item.id} item={item} continued={items[index - 1]?.author === item.author} />
          ))}
        </ol>
      </details>
    </li>
  );
}

type MessageProps = { item: ConversationItem; continued: boolean; children?: ReactNode };

/** One message. What the same role goes on to say stands under the same name. While another one streams, it is not drawn again. */
const Message = memo(function Message({ item, continued, children }: MessageProps) {
  if (item.author === "you") {
    return (
      <li className="flex gap-3.5">
        <Badge author="you" />
        <div
          data-selectable
          className="min-w-0 whitespace-pre-wrap break-words rounded-[9px] border border-line bg-surface px-3 py-2 text-read"
        >
          {item.text}
        </div>
      </li>
    );
  }
  return (
    <li className={`flex gap-3.5 ${continued ? "-mt-3.5" : ""}`}>
      {continued ? <span className="w-6 shrink-0" /> : <Badge author={item.author} />}
      <div className="min-w-0 flex-1">
        <p className={continued ? "sr-only" : "flex items-baseline gap-2"}>
          <span className="font-semibold">{roleName(item.author)}</span>
          <time dateTime={item.at} className="text-small text-third">
            {clock(item.at)}
          </time>
        </p>
        <Thought text={item.reasoning} />
        {item.is_error ? <Notice>{item.text}</Notice> : <Markdown text={item.text} />}
        {item.is_interrupted && <p className="text-small text-third">{t("conversation.interrupted")}</p>}
        {children}
      </div>
    </li>
  );
});

/** Whether somebody is speaking right now. */
function useSpeaking(items: ConversationItem[]): boolean {
  return useStreams((streams) => Object.keys(streams.messages).some((id) => !items.some((item) => item.id === id)));
}

function AtWork({ build, items }: { build: BuildDetail; items: ConversationItem[] }) {
  const role = build.summary.role;
  const speaking = useSpeaking(items);
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
