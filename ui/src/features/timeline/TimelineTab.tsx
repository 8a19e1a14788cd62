import { useQuery } from "@tanstack/react-query";
import { Check, Copy, ShieldCheck, ShieldX } from "lucide-react";
import { useState } from "react";
import { type ChainCheck, call, commands, queries, type TimelineItem } from "../../backend";
import { Ansi } from "../../shared/Ansi";
import { useAction } from "../../shared/actions";
import { Button } from "../../shared/Button";
import { Notice, sentence } from "../../shared/Notice";
import { ROLE_DOT, ROLE_TEXT, roleName } from "../../shared/roles";
import { clockWithSeconds } from "../../shared/time";
import { t } from "../../words";

/** Every event, in order, and whether the trail is whole. */
export function TimelineTab({ id }: { id: string }) {
  const timeline = useQuery(queries.timeline(id));
  const [wanted, setWanted] = useState("");
  const [chain, setChain] = useState<ChainCheck | null>(null);
  const [copied, setCopied] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const attempt = (work: Promise<void>) => void work.catch((failure) => setError(sentence(failure)));
  const verify = async () => setChain(await call(commands.verifyHistory(id)));
  const copy = async () => {
    await navigator.clipboard.writeText(await call(commands.exportHistory(id)));
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  useAction({ id: "verify_history", run: () => attempt(verify()) });
  useAction({ id: "copy_history", run: () => attempt(copy()) });
  const found = (timeline.data ?? []).filter((item) =>
    `${item.title} ${item.event_type} ${item.by}`.toLowerCase().includes(wanted.trim().toLowerCase()),
  );
  return (
    <div className="flex h-full flex-col">
      <div className="flex flex-wrap items-center gap-2 border-line border-b px-6 py-2">
        <input
          aria-label={t("timeline.filter")}
          placeholder={t("timeline.filter")}
          value={wanted}
          onChange={(event) => setWanted(event.target.value)}
          className="h-7 w-[200px] rounded-control border border-line bg-panel px-2"
        />
        <p role="status" className="min-w-0 flex-1 truncate text-small">
          {chain && (
            <span className={`flex items-center gap-1.5 ${chain.ok ? "text-passed" : "text-failed"}`}>
              {chain.ok ? <ShieldCheck size={14} aria-hidden /> : <ShieldX size={14} aria-hidden />}
              {chain.detail}
            </span>
          )}
        </p>
        <Button data-testid="verify-history" onClick={() => attempt(verify())}>
          {t("timeline.verify")}
        </Button>
        <Button onClick={() => attempt(copy())}>
          {copied ? <Check size={13} aria-hidden /> : <Copy size={13} aria-hidden />}
          {copied ? t("copied") : t("timeline.copyJson")}
        </Button>
      </div>
      {error && (
        <div className="px-6 pt-3">
          <Notice onDismiss={() => setError(null)}>{error}</Notice>
        </div>
      )}
      <ol className="min-h-0 flex-1 overflow-y-auto px-6 py-3">
        {timeline.data && found.length === 0 && <li className="py-4 text-third">{t("timeline.noMatch")}</li>}
        {found.map((item) => (
          <Row key={item.seq} item={item} />
        ))}
      </ol>
    </div>
  );
}

function Row({ item }: { item: TimelineItem }) {
  const [open, setOpen] = useState(false);
  const by = item.role
    ? roleName(item.role)
    : item.by === "you"
      ? t("timeline.by_you")
      : item.by === "product"
        ? t("timeline.by_product")
        : item.by;
  return (
    <li data-testid="timeline-row" className="border-faint border-b">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="flex w-full items-baseline gap-3 py-1.5 text-left hover:bg-raised focus-visible:-outline-offset-2"
      >
        <span className="w-7 shrink-0 text-right text-small text-third">{item.seq}</span>
        <time dateTime={item.at} className="w-[64px] shrink-0 text-small text-third">
          {clockWithSeconds(item.at)}
        </time>
        <span
          aria-hidden
          className={`size-[7px] shrink-0 -translate-y-px rounded-full ${item.role ? ROLE_DOT[item.role] : "bg-line"}`}
        />
        <span className="min-w-0 flex-1 truncate">{item.title}</span>
        <span className={`text-small ${item.role ? ROLE_TEXT[item.role] : "text-third"}`}>{by}</span>
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
    </li>
  );
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
