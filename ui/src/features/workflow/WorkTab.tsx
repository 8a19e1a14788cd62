import { useQuery } from "@tanstack/react-query";
import { Check, ChevronRight, LoaderCircle, Unplug, X } from "lucide-react";
import { type ReactNode, useLayoutEffect, useMemo, useRef, useState } from "react";
import { VList, type VListHandle } from "virtua";
import { type ActivityItem, type BuildDetail, queries, useStreams } from "../../backend";
import { Ansi } from "../../shared/Ansi";
import { Button } from "../../shared/Button";
import { CopyButton } from "../../shared/CopyButton";
import { Empty } from "../../shared/Empty";
import { sentence } from "../../shared/Notice";
import { ROLE_TEXT, roleName } from "../../shared/roles";
import { Select } from "../../shared/Select";
import { exactSpan, useSince } from "../../shared/time";
import { toolName } from "../../shared/tools";
import { t } from "../../words";
import { ToldDialog } from "./ToldDialog";
import { toolsIn, type WorkRow, workRows } from "./work";

/** What the roles do, one line a step, newest at the bottom. Only what is in sight is drawn. */
export function WorkTab({ build }: { build: BuildDetail }) {
  const activity = useQuery(queries.activity(build.summary.workflow_id));
  const [read, setRead] = useState<ActivityItem | null>(null);
  const [tool, setTool] = useState("");
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const items = activity.data ?? [];
  const rows = useMemo(() => workRows(activity.data ?? [], tool), [activity.data, tool]);
  const tools = useMemo(() => toolsIn(activity.data ?? []), [activity.data]);
  const { list, onScroll, toEnd } = useEnd(rows.length);
  if (activity.isError) return <Empty title={sentence(activity.error)}>{t("work.noneText")}</Empty>;
  if (activity.data && items.length === 0) return <Empty title={t("work.none")}>{t("work.noneText")}</Empty>;
  if (!activity.data) return <div className="h-full" aria-busy="true" />;
  const toggle = (id: string) =>
    setOpened((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return (
    <div className="flex h-full flex-col">
      <div className="flex h-10 shrink-0 items-center gap-3 border-line border-b px-6">
        <p className="flex-1 text-second">{t("work.count", { count: items.length })}</p>
        <Select
          aria-label={t("work.filter")}
          data-testid="filter-work"
          value={tool}
          onChange={(event) => setTool(event.target.value)}
        >
          <option value="">{t("work.allTools")}</option>
          {tools.map(([name, count]) => (
            <option key={name} value={name}>
              {t("work.tool", { tool: toolName(name), count })}
            </option>
          ))}
        </Select>
      </div>
      <VList
        ref={list}
        data={rows}
        bufferSize={300}
        onScroll={onScroll}
        onResize={toEnd}
        style={{ flex: 1, minHeight: 0 }}
        className="py-3"
      >
        {(row, index) => (
          <div
            key={row.kind === "attempt" ? `${row.of.phase}-${row.of.attempt}-${row.of.id}` : row.item.id}
            className="mx-auto max-w-[880px] px-6"
          >
            {row.kind === "attempt" ? (
              <AttemptHead row={row} first={index === 0} onTold={() => setRead(row.of)} />
            ) : (
              <Call item={row.item} open={opened.has(row.item.id)} onToggle={() => toggle(row.item.id)} />
            )}
          </div>
        )}
      </VList>
      {read && <ToldDialog workflowId={build.summary.workflow_id} of={read} onClose={() => setRead(null)} />}
    </div>
  );
}

/** Stays at the end while the person is there, and leaves them alone where they went. */
function useEnd(count: number) {
  const list = useRef<VListHandle>(null);
  const atEnd = useRef(true);
  const toEnd = () => {
    if (atEnd.current && count > 0) list.current?.scrollToIndex(count - 1, { align: "end" });
  };
  useLayoutEffect(toEnd, [count]);
  const onScroll = (offset: number) => {
    const view = list.current;
    if (view) atEnd.current = offset >= view.scrollSize - view.viewportSize - 48;
  };
  return { list, onScroll, toEnd };
}

function AttemptHead({
  row: { of, count },
  first,
  onTold,
}: {
  row: Extract<WorkRow, { kind: "attempt" }>;
  first: boolean;
  onTold: () => void;
}) {
  return (
    <h2 className={`flex items-baseline gap-2 pb-1 ${first ? "" : "pt-5"}`}>
      <span className="font-semibold">{t(`states.${of.phase}`)}</span>
      <span className={`text-small ${ROLE_TEXT[of.role]}`}>{roleName(of.role)}</span>
      {of.attempt > 1 && <span className="text-small text-third">{t("work.attempt", { count: of.attempt })}</span>}
      <span className="text-small text-third">{t("work.steps", { count })}</span>
      <Button kind="quiet" data-testid="show-told" className="-mr-3 ml-auto" onClick={onTold}>
        {t("work.told")}
      </Button>
    </h2>
  );
}

function Call({ item, open, onToggle }: { item: ActivityItem; open: boolean; onToggle: () => void }) {
  const live = useStreams((streams) => streams.outputs[item.id]);
  const running = item.status === "running";
  const streaming = running && live !== undefined && live !== "";
  const shown = open || streaming;
  const since = useSince(running ? item.started_at : null);
  return (
    <div
      data-testid="activity-row"
      data-status={item.status}
      className={`border-faint border-b ${running ? "bg-raised" : ""}`}
    >
      <button
        type="button"
        aria-expanded={shown}
        onClick={onToggle}
        className="flex h-8 w-full items-center gap-2.5 text-left hover:bg-raised focus-visible:-outline-offset-2"
      >
        <ChevronRight size={13} aria-hidden className={`text-third transition-transform ${shown ? "rotate-90" : ""}`} />
        <Status item={item} />
        <span className="w-[116px] shrink-0 truncate font-medium">{toolName(item.tool)}</span>
        <span className="min-w-0 flex-1 truncate font-mono text-second text-small" title={item.subject}>
          {item.subject}
        </span>
        <span className="text-small text-third">{running ? exactSpan(since) : exactSpan(item.elapsed_ms ?? 0)}</span>
      </button>
      {shown && (
        <div className="mb-2 ml-6 flex flex-col gap-2 rounded-control border border-line bg-surface px-3 py-2">
          {open ? <InAndOut item={item} live={live ?? ""} /> : <Output text={live ?? ""} />}
        </div>
      )}
    </div>
  );
}

/** What went in and what came out; while it runs, what has come so far. */
function InAndOut({ item, live }: { item: ActivityItem; live: string }) {
  const found = useQuery(queries.inAndOut(item.id, item.status));
  if (found.isError) return <p className="text-failed">{sentence(found.error)}</p>;
  if (!found.data) return <div aria-busy="true" className="h-12" />;
  const output = item.status === "running" ? live : found.data.output;
  const input = readable(found.data.input);
  return (
    <>
      {input !== "" && (
        <Part title={t("work.input")} copy={input}>
          <Ansi text={input} />
        </Part>
      )}
      <Output text={output} />
    </>
  );
}

function Output({ text }: { text: string }) {
  return (
    <Part title={t("work.output")} copy={text}>
      {text ? <Ansi text={text} /> : <p className="text-small text-third">{t("work.noOutput")}</p>}
    </Part>
  );
}

function Part({ title, copy, children }: { title: string; copy: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <div className="flex items-center">
        <h3 className="flex-1 text-small text-third">{title}</h3>
        {copy !== "" && <CopyButton text={() => copy} className="-mr-1.5" />}
      </div>
      <div
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        tabIndex={0}
        className="max-h-[360px] overflow-y-auto"
      >
        {children}
      </div>
    </div>
  );
}

function Status({ item }: { item: ActivityItem }) {
  const label = t(`work.${item.status}`);
  switch (item.status) {
    case "running":
      return <LoaderCircle size={14} aria-label={label} className="shrink-0 animate-spin text-third" />;
    case "ok":
      return <Check size={14} aria-label={label} className="shrink-0 text-passed" />;
    case "failed":
      return <X size={14} aria-label={label} className="shrink-0 text-failed" />;
    case "interrupted":
      return <Unplug size={14} aria-label={label} className="shrink-0 text-waiting" />;
  }
}

/** A file that is written reads better as a file than as JSON with escaped lines. */
function readable(input: string): string {
  try {
    const fields = Object.entries(JSON.parse(input) as Record<string, unknown>);
    const text = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));
    const line = (value: string) => (value.includes("\n") ? `\n${value}` : value);
    return fields.map(([name, value]) => `${name}: ${line(text(value))}`).join("\n");
  } catch {
    return input;
  }
}
