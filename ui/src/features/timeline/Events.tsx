import { ArrowRightLeft, CircleCheck, CircleSlash, type LucideIcon, ShieldX, Undo2 } from "lucide-react";
import { useState } from "react";
import { Virtualizer } from "virtua";
import type { TimelineItem } from "../../backend";
import { Ansi } from "../../shared/Ansi";
import { ROLE_DOT, ROLE_TEXT } from "../../shared/roles";
import { clockWithSeconds, dayName } from "../../shared/time";
import { t } from "../../words";
import { type Line, nameOf, toggled } from "./filter";
import { happened } from "./happened";

/** The list. Only what is in sight is drawn: a history has thousands of events. */
export function Events({ listed }: { listed: Line[] }) {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-6 pb-6" data-testid="events">
      <Virtualizer as="ol" item="li" data={listed}>
        {(line) => {
          if ("day" in line) {
            return (
              <h2 key={line.day} className="pt-4 pb-1.5 font-medium text-small text-third">
                {dayName(line.day)}
              </h2>
            );
          }
          if ("broken" in line) return <BrokenHere key="broken" />;
          const { item } = line;
          return (
            <Row
              key={item.seq}
              item={item}
              open={open.has(item.seq)}
              onToggle={() => setOpen(toggled(open, item.seq))}
            />
          );
        }}
      </Virtualizer>
    </div>
  );
}

function BrokenHere() {
  return (
    <p className="flex items-center gap-2 border-failed border-t-2 py-1.5 font-medium text-failed text-small">
      <ShieldX size={14} aria-hidden />
      {t("timeline.brokenHere")}
    </p>
  );
}

type Mark = { Icon: LucideIcon; colour: string };

/** Where work changes hands is seen from afar. */
const HANDOFFS: Record<string, Mark> = {
  handoff_recorded: { Icon: ArrowRightLeft, colour: "text-waiting" },
  handoff_approved: { Icon: CircleCheck, colour: "text-passed" },
  handoff_rejected: { Icon: Undo2, colour: "text-failed" },
  handoff_voided: { Icon: CircleSlash, colour: "text-second" },
};

function Row({ item, open, onToggle }: { item: TimelineItem; open: boolean; onToggle: () => void }) {
  const handoff = HANDOFFS[item.event_type];
  return (
    <div data-testid="timeline-row" data-kind={item.kind} className="border-faint border-b">
      <button
        type="button"
        aria-expanded={open}
        onClick={onToggle}
        className={`flex w-full items-center gap-3 px-2 py-1.5 text-left focus-visible:-outline-offset-2 ${handoff ? "bg-raised font-medium hover:bg-faint" : "hover:bg-raised"}`}
      >
        <span className="w-7 shrink-0 text-right font-normal text-small text-third">{item.seq}</span>
        <time dateTime={item.at} className="w-[58px] shrink-0 font-normal text-small text-third">
          {clockWithSeconds(item.at)}
        </time>
        <span aria-hidden className="flex w-4 shrink-0 justify-center">
          {handoff ? (
            <handoff.Icon size={15} className={handoff.colour} />
          ) : (
            <span className={`size-[7px] rounded-full ${item.role ? ROLE_DOT[item.role] : "bg-line"}`} />
          )}
        </span>
        <span
          title={happened(item)}
          className={`min-w-0 flex-1 truncate ${item.kind === "trouble" ? "text-failed" : ""}`}
        >
          {happened(item)}
        </span>
        <span className={`shrink-0 font-normal text-small ${item.role ? ROLE_TEXT[item.role] : "text-third"}`}>
          {nameOf(item)}
        </span>
      </button>
      {open && (
        <div className="mb-2 ml-10 rounded-control border border-line bg-surface px-3 py-2">
          <div className="max-h-[320px] overflow-y-auto">
            <Ansi text={pretty(item.data)} />
          </div>
          <p data-selectable className="break-all pt-2 font-mono text-small text-third">
            sha256 {item.hash}
          </p>
        </div>
      )}
    </div>
  );
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
