import { useQuery } from "@tanstack/react-query";
import { Check, ChevronRight, LoaderCircle, Unplug, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useStickToBottom } from "use-stick-to-bottom";
import { type ActivityItem, type BuildDetail, queries, useStreams } from "../../backend";
import { Ansi } from "../../shared/Ansi";
import { Button } from "../../shared/Button";
import { Empty } from "../../shared/Empty";
import { sentence } from "../../shared/Notice";
import { ROLE_TEXT, roleName } from "../../shared/roles";
import { exactSpan } from "../../shared/time";
import { toolName } from "../../shared/tools";
import { t } from "../../words";
import { ToldDialog } from "./ToldDialog";

/** What the roles do, one line a step, newest at the bottom. */
export function WorkTab({ build }: { build: BuildDetail }) {
  const activity = useQuery(queries.activity(build.summary.workflow_id));
  const { scrollRef, contentRef } = useStickToBottom({ initial: "instant", resize: "smooth" });
  const [read, setRead] = useState<ActivityItem | null>(null);
  const items = activity.data ?? [];
  if (activity.isError) return <Empty title={sentence(activity.error)}>{t("work.noneText")}</Empty>;
  if (activity.data && items.length === 0) return <Empty title={t("work.none")}>{t("work.noneText")}</Empty>;
  return (
    <div ref={scrollRef} className="h-full overflow-y-auto">
      <ol ref={contentRef} className="mx-auto max-w-[880px] px-6 py-5">
        {items.map((item, index) => {
          const before = items[index - 1];
          const begins = !before || before.phase !== item.phase || before.attempt !== item.attempt;
          return (
            <li key={item.id}>
              {begins && (
                <h2 className={`flex items-baseline gap-2 pb-1 ${index === 0 ? "" : "pt-5"}`}>
                  <span className="font-semibold">{t(`states.${item.phase}`)}</span>
                  <span className={`text-small ${ROLE_TEXT[item.role]}`}>{roleName(item.role)}</span>
                  {item.attempt > 1 && (
                    <span className="text-small text-third">{t("work.attempt", { count: item.attempt })}</span>
                  )}
                  <Button kind="quiet" data-testid="show-told" className="-mr-3 ml-auto" onClick={() => setRead(item)}>
                    {t("work.told")}
                  </Button>
                </h2>
              )}
              <Call item={item} />
            </li>
          );
        })}
      </ol>
      {read && <ToldDialog workflowId={build.summary.workflow_id} of={read} onClose={() => setRead(null)} />}
    </div>
  );
}

function Call({ item }: { item: ActivityItem }) {
  const [open, setOpen] = useState(false);
  const live = useStreams((streams) => streams.outputs[item.id]);
  const running = item.status === "running";
  const output = running ? (live ?? "") : item.output;
  const shown = open || (running && output !== "");
  return (
    <div data-testid="activity-row" className="border-faint border-b">
      <button
        type="button"
        aria-expanded={shown}
        onClick={() => setOpen(!open)}
        className="flex h-8 w-full items-center gap-2.5 text-left hover:bg-raised focus-visible:-outline-offset-2"
      >
        <ChevronRight size={13} aria-hidden className={`text-third transition-transform ${shown ? "rotate-90" : ""}`} />
        <Status item={item} />
        <span className="w-[148px] shrink-0 truncate font-medium">{toolName(item.tool)}</span>
        <span className="min-w-0 flex-1 truncate font-mono text-second text-small">{item.subject}</span>
        <span className="text-small text-third">{running ? t("work.running") : exactSpan(item.elapsed_ms ?? 0)}</span>
      </button>
      {shown && (
        <div className="mb-2 ml-6 flex flex-col gap-2 rounded-control border border-line bg-surface px-3 py-2">
          {open && (
            <Part title={t("work.input")}>
              <Ansi text={readable(item.input)} />
            </Part>
          )}
          <Part title={t("work.output")}>
            {output ? <Ansi text={output} /> : <p className="text-small text-third">{t("work.noOutput")}</p>}
          </Part>
        </div>
      )}
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <h3 className="pb-0.5 text-small text-third">{title}</h3>
      <div className="max-h-[360px] overflow-y-auto">{children}</div>
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
