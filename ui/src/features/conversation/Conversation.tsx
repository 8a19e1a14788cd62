import { useQuery } from "@tanstack/react-query";
import { ArrowDown } from "lucide-react";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import type { VirtualizerHandle } from "virtua";
import {
  type AttachedFile,
  type BuildDetail,
  type ConversationItem,
  fetchEarlier,
  queries,
  type Standstill,
} from "../../backend";
import { useDesk } from "../../desk";
import { useAction } from "../../shared/actions";
import { Button } from "../../shared/Button";
import { Notice, sentence } from "../../shared/Notice";
import { Badge, ROLE_TEXT, roleName } from "../../shared/roles";
import { told, toldNotice } from "../../shared/told";
import { t, useLanguage } from "../../words";
import { OpenedFile } from "../attachments/OpenedFile";
import { doing } from "../builds/line";
import { LiveCard } from "../complete/LiveCard";
import { useReadAloud } from "../voice/useReadAloud";
import { HandoffCard } from "../workflow/HandoffCard";
import { StandstillCard } from "../workflow/StandstillCard";
import { Announced } from "./Announced";
import { Composer } from "./Composer";
import { FindBar } from "./FindBar";
import { Messages, useLive } from "./Messages";
import { QuickReplies } from "./QuickReplies";
import { foldKey, rowsOf } from "./rows";
import { useFind } from "./useFind";
import { useFolds } from "./useFolds";
import { useSay } from "./useSay";
import { useSought } from "./useSought";
import { useStick } from "./useStick";

const NOTHING: ConversationItem[] = [];

export function Conversation({ build }: { build: BuildDetail }) {
  const id = build.summary.workflow_id;
  const conversation = useQuery(queries.conversation(id));
  const items = useSaid(conversation.data?.items ?? NOTHING, build.standstill);
  const earlier = conversation.data?.earlier ?? 0;
  const begun = items.length > 0;
  const more = earlier > 0;
  useEffect(() => (begun && more ? fetchEarlier(id) : undefined), [id, begun, more]);
  const say = useSay(id);
  useReadAloud(build, conversation.data?.items);
  const { scroller, content, atEnd, stick } = useStick();
  const list = useRef<VirtualizerHandle>(null);
  const [open, fold] = useFolds();

  const last = items.at(-1);
  const cardShown = build.open_handoff !== null || build.standstill !== null;
  // Who has scrolled up to read stays there, until they say something or are asked.
  const own = last?.author === "you" ? last.id : null;
  // Before it is painted: nobody sees its beginning pass by.
  useLayoutEffect(() => {
    if (begun || cardShown || own) stick(true);
  }, [begun, cardShown, own, stick]);

  const shown = useRef({ items, open });
  shown.current = { items, open };
  const show = useCallback(
    (messageId: string) => {
      const { items, open } = shown.current;
      const at = items.findIndex((item) => item.id === messageId);
      if (at === -1) return;
      const key = items[at]?.taken_back ? foldKey(items, at) : null;
      // What is under a fold has no place before it is open.
      if (key) flushSync(() => fold(key, true));
      const rows = rowsOf(items, [], key ? new Set([...open, key]) : open);
      stick(false);
      list.current?.scrollToIndex(
        rows.findIndex((row) => row.key === messageId),
        { align: "center" },
      );
    },
    [fold, stick],
  );
  const marked = useSought(items, more || conversation.isFetching, show);
  const find = useFind({ items, scroller, show });
  const [asked, setAsked] = useState(0);
  useAction({
    id: "find",
    run: () => {
      find.begin();
      setAsked((count) => count + 1);
    },
  });

  const composer = useRef<HTMLTextAreaElement>(null);
  const [editing, setEditing] = useState<string | null>(null);
  const [file, setFile] = useState<AttachedFile | null>(null);
  const [copied, setCopied] = useState<{ text: string } | null>(null);
  const anewAfter = conversation.data?.anewAfter ?? null;
  // In the trash nothing goes on: what was said can be read.
  const trashed = build.summary.trashed_at !== null;
  const over = build.summary.status === "cancelled" || trashed;
  const onEdit = useCallback(
    (item: ConversationItem) => {
      if (anewAfter !== null && item.seq > anewAfter) setEditing(item.id);
      // A build at work has acted on it: it can be said again, as a new message.
      else setCopied({ text: item.text });
    },
    [anewAfter],
  );
  const saying = useRef(say);
  saying.current = say;
  const onAnew = useCallback(async (item: ConversationItem, text: string | null) => {
    const done = text === null || (await saying.current.sayAnew(item.id, text));
    if (done) setEditing(null);
    return done;
  }, []);
  const again = useAgain(build, items, anewAfter, saying);

  const choices = last && build.summary.waiting_for === "your_answer" && !last.taken_back ? last.choices : [];
  return (
    <div className="relative flex h-full flex-col">
      <Announced item={last} build={build} />
      {find.open && (
        <FindBar
          find={find}
          asked={asked}
          onClose={() => {
            find.end();
            composer.current?.focus();
          }}
        />
      )}
      <div className="relative flex min-h-0 flex-1 flex-col">
        <div
          ref={scroller}
          data-testid="conversation"
          className="min-h-0 flex-1 overflow-y-scroll [overflow-anchor:none]"
        >
          <div
            ref={content}
            className="mx-auto flex min-h-full w-full max-w-[728px] flex-col justify-end px-6 pt-8 pb-6"
          >
            {conversation.isError && <Notice>{sentence(conversation.error)}</Notice>}
            <Messages
              buildId={id}
              items={items}
              earlier={earlier}
              open={open}
              onFold={fold}
              marked={marked ?? (CSS.highlights ? null : find.here)}
              editing={editing}
              scroller={scroller}
              list={list}
              again={again}
              onFile={setFile}
              {...(over ? {} : { onEdit, onAnew })}
            />
            {!trashed && (
              <div className="flex flex-col gap-5 pt-5 empty:hidden">
                {choices.length > 0 && (
                  <QuickReplies
                    choices={choices}
                    busy={say.busy}
                    onChoose={(choice) => void say.send(choice)}
                    onElse={() => composer.current?.focus()}
                  />
                )}
                {build.summary.waiting_for === "role" && <AtWork build={build} items={items} />}
                {build.open_handoff && (
                  <HandoffCard key={build.open_handoff.handoff_id} build={build} card={build.open_handoff} />
                )}
                <StandstillCard build={build} />
                <PlanReady build={build} />
                {build.summary.status === "complete" && <LiveCard build={build} />}
              </div>
            )}
          </div>
        </div>
        {!atEnd && begun && <ToTheNewest items={items} onClick={() => stick(true)} />}
      </div>
      {!trashed && <Composer build={build} say={say} field={composer} copied={copied} />}
      {file && <OpenedFile file={file} onClose={() => setFile(null)} />}
    </div>
  );
}

/**
 * What was said, with what the product itself says in the person's language: so it is shown, found and copied. Why a build stands still is
 * said by its card as long as it does, and not twice.
 */
function useSaid(items: ConversationItem[], still: Standstill | null): ConversationItem[] {
  const language = useLanguage();
  return useMemo(() => {
    const last = items.at(-1);
    const once = still && last?.is_error && last.meaning?.code === still.code ? items.slice(0, -1) : items;
    if (!once.some((item) => item.meaning)) return once;
    return once.map((item) => (item.meaning ? { ...item, text: toldNotice(item.meaning) ?? item.text } : item));
  }, [items, language, still]);
}

/** The way back to the end for who reads further up, with what came meanwhile. */
function ToTheNewest({ items, onClick }: { items: ConversationItem[]; onClick: () => void }) {
  const [from] = useState(items.at(-1)?.seq ?? 0);
  const came = items.filter((item) => item.seq > from).length;
  return (
    // In a line of its own: what is read must not lie under it.
    <div className="flex justify-center border-faint border-t py-2">
      <button
        type="button"
        data-testid="to-the-newest"
        onClick={onClick}
        className="flex h-7 items-center gap-2 whitespace-nowrap rounded-full border border-line px-3.5 font-medium hover:bg-raised"
      >
        <ArrowDown size={14} aria-hidden />
        {came > 0 ? t("conversation.newestCame", { count: came }) : t("conversation.newest")}
      </button>
    </div>
  );
}

/**
 * What failed or broke off in the talk can be tried again: what the person said last is said once more, in its own place where it still can
 * be. A build that stands still has a card for that.
 */
function useAgain(
  build: BuildDetail,
  items: ConversationItem[],
  anewAfter: number | null,
  saying: React.RefObject<ReturnType<typeof useSay>>,
) {
  const last = items.at(-1);
  const rests = build.summary.waiting_for !== "role" && build.standstill === null;
  const broke = last && !last.taken_back && (last.is_error || (last.is_interrupted && last.author === "q_assistant"));
  const mine =
    broke && rests ? items.findLast((item) => item.author === "you" && !item.is_reason && !item.taken_back) : undefined;
  const lastId = last?.id;
  return useMemo(() => {
    if (!mine || lastId === undefined) return null;
    const run = () => {
      if (anewAfter !== null && mine.seq > anewAfter) void saying.current.sayAnew(mine.id, mine.text);
      else void saying.current.send(mine.text);
    };
    return { id: lastId, run };
  }, [mine, lastId, anewAfter, saying]);
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
            {told(wait, "waits.") ?? wait.why}
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
