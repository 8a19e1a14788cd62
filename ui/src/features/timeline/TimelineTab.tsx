import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { type ChainCheck, call, commands, type EventKind, queries, type TimelineItem } from "../../backend";
import { useAction } from "../../shared/actions";
import { Button } from "../../shared/Button";
import { Empty } from "../../shared/Empty";
import { Input } from "../../shared/Input";
import { Notice, sentence } from "../../shared/Notice";
import { ROLE_DOT } from "../../shared/roles";
import { t } from "../../words";
import { Chain } from "./Chain";
import { Events } from "./Events";
import { KINDS, lines, nameOf, toggled } from "./filter";
import { TakeAlong } from "./TakeAlong";

/** Every event and handoff, in order; whether the trail is whole; and all of it to take along. */
export function TimelineTab({ id }: { id: string }) {
  const timeline = useQuery(queries.timeline(id));
  const [words, setWords] = useState("");
  const [kinds, setKinds] = useState<ReadonlySet<EventKind>>(new Set());
  const [by, setBy] = useState<ReadonlySet<string>>(new Set());
  const [chain, setChain] = useState<ChainCheck | null>(null);
  const [error, setError] = useState<string | null>(null);
  const items = timeline.data;
  const listed = useMemo(() => lines(items ?? [], { words, kinds, by }, chain), [items, words, kinds, by, chain]);
  const verify = async () => setChain(await call(commands.verifyHistory(id)));
  const check = () => void verify().catch((failure) => setError(sentence(failure)));
  useAction({ id: "verify_history", run: check });
  if (timeline.isError) return <Empty title={sentence(timeline.error)} />;
  return (
    <div className="flex h-full flex-col">
      <div className="flex flex-wrap items-center gap-2 px-6 pt-3 pb-2">
        <Input
          aria-label={t("timeline.filter")}
          placeholder={t("timeline.filter")}
          value={words}
          onChange={(event) => setWords(event.target.value)}
          className="w-[200px] flex-1"
        />
        <Button data-testid="verify-history" onClick={check}>
          {t("timeline.verify")}
        </Button>
        <TakeAlong id={id} onError={setError} />
      </div>
      <div className="flex flex-wrap items-center gap-1 border-line border-b px-6 pb-2.5">
        <Toggles
          label={t("timeline.kinds")}
          options={kindsOf(items ?? [])}
          pressed={kinds}
          onToggle={(kind) => setKinds(toggled(kinds, kind))}
        />
        <span aria-hidden className="mx-1 h-4 w-px bg-line" />
        <Toggles
          label={t("timeline.who")}
          options={whoOf(items ?? [])}
          pressed={by}
          onToggle={(who) => setBy(toggled(by, who))}
        />
      </div>
      {error && (
        <div className="px-6 pt-3">
          <Notice onDismiss={() => setError(null)}>{error}</Notice>
        </div>
      )}
      <Chain id={id} chain={chain} onError={setError} />
      {items && listed.length === 0 ? (
        <p className="px-6 py-6 text-third">{t("timeline.noMatch")}</p>
      ) : (
        <Events listed={listed} />
      )}
    </div>
  );
}

type Option<T> = { value: T; name: string; count?: number; dot?: string };

type TogglesProps<T> = { label: string; options: Option<T>[]; pressed: ReadonlySet<T>; onToggle: (value: T) => void };

/** What is pressed is shown; nothing pressed shows everything. */
function Toggles<T extends string>({ label, options, pressed, onToggle }: TogglesProps<T>) {
  // A choice of one is none.
  if (options.length < 2) return null;
  return (
    <fieldset aria-label={label} className="contents">
      {options.map(({ value, name, count, dot }) => (
        <button
          key={value}
          type="button"
          data-testid={`show-${value}`}
          aria-pressed={pressed.has(value)}
          onClick={() => onToggle(value)}
          className="flex h-6 items-center gap-1.5 rounded-full border border-line px-2.5 text-second text-small hover:border-third hover:text-ink aria-pressed:border-primary aria-pressed:bg-primary aria-pressed:text-on-primary"
        >
          {dot && <span aria-hidden className={`size-[7px] rounded-full ${dot}`} />}
          {name}
          {count !== undefined && <span>{count}</span>}
        </button>
      ))}
    </fieldset>
  );
}

function kindsOf(items: TimelineItem[]): Option<EventKind>[] {
  return KINDS.map((value) => ({
    value,
    name: t(`timeline.kind_${value}`),
    count: items.filter((item) => item.kind === value).length,
  })).filter(({ count }) => count > 0);
}

/** Whoever caused something, in the order in which they first did. */
function whoOf(items: TimelineItem[]): Option<string>[] {
  const found = new Map<string, Option<string>>();
  for (const item of items) {
    if (found.has(item.by)) continue;
    const dot = item.role ? { dot: ROLE_DOT[item.role] } : {};
    found.set(item.by, { value: item.by, name: nameOf(item), ...dot });
  }
  return [...found.values()];
}
