import { useEffect, useId, useRef, useState } from "react";
import type { BuildHit, BuildSummary, MessageHit } from "../../backend";
import { useDesk } from "../../desk";
import { Input } from "../../shared/Input";
import { sentence } from "../../shared/Notice";
import { t } from "../../words";
import { BuildFound, MessageFound } from "./Hits";
import { useFound } from "./useFound";

type Props = {
  builds: BuildSummary[];
  /** What is looked for at first. */
  begin?: string;
  onClose: () => void;
};

/** Finds builds by name and by what was said in them, as one types; arrows choose, Enter opens, Escape ends it. */
export function SearchPanel({ builds, begin = "", onClose }: Props) {
  const [typed, setTyped] = useState(begin);
  const [chosen, setChosen] = useState(0);
  const { found, error, wanted } = useFound(typed);
  const { openBuild, seek } = useDesk();
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const hits: (BuildHit | MessageHit)[] = [...(found?.builds ?? []), ...(found?.messages ?? [])];
  useEffect(() => setChosen(0), [wanted]);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const open = (hit: BuildHit | MessageHit | undefined) => {
    if (!hit) return;
    if ("message_id" in hit) seek(hit.workflow_id, hit.message_id);
    else openBuild(hit.workflow_id);
  };
  const onKey = (event: React.KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && hits.length > 0) setChosen((chosen + step + hits.length) % hits.length);
    else if (event.key === "Enter" && !event.nativeEvent.isComposing) open(hits[chosen]);
    else if (event.key === "Escape") onClose();
    else return;
    event.preventDefault();
  };
  const option = (hit: BuildHit | MessageHit) => {
    const index = hits.indexOf(hit);
    return { id: `${id}-${index}`, chosen: index === chosen, onOpen: () => open(hit) };
  };
  return (
    <>
      <div className="shrink-0 px-4 pt-2 pb-1">
        <Input
          autoFocus
          role="combobox"
          aria-label={t("search.everywhere")}
          aria-expanded={hits.length > 0}
          aria-controls={`${id}-found`}
          aria-activedescendant={hits.length > 0 ? `${id}-${chosen}` : undefined}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          data-testid="search-field"
          placeholder={t("search.placeholder")}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          onKeyDown={onKey}
          className="w-full"
        />
      </div>
      <p role="status" className="sr-only">
        {found && t("search.announced", { builds: found.builds_total, messages: found.messages_total })}
      </p>
      <div ref={list} data-testid="found" className="min-h-0 flex-1 overflow-y-auto pb-4">
        {error && <p className="px-4 pt-4 text-failed">{sentence(error)}</p>}
        {!found && !error && <p className="px-4 pt-3 text-third">{t("search.hint")}</p>}
        {found && hits.length === 0 && <Nothing typed={wanted} />}
        <div role="listbox" id={`${id}-found`} aria-label={t("search.found")} hidden={hits.length === 0}>
          {found && found.builds.length > 0 && (
            <Group label={t("search.builds")} shown={found.builds.length} total={found.builds_total}>
              {found.builds.map((hit) => (
                <BuildFound
                  key={hit.workflow_id}
                  hit={hit}
                  build={builds.find((build) => build.workflow_id === hit.workflow_id)}
                  {...option(hit)}
                />
              ))}
            </Group>
          )}
          {found && found.messages.length > 0 && (
            <Group label={t("search.said")} shown={found.messages.length} total={found.messages_total}>
              {found.messages.map((hit) => (
                <MessageFound key={hit.message_id} hit={hit} {...option(hit)} />
              ))}
            </Group>
          )}
        </div>
      </div>
    </>
  );
}

type GroupProps = { label: string; shown: number; total: number; children: React.ReactNode };

function Group({ label, shown, total, children }: GroupProps) {
  const id = useId();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a list box holds groups, not fieldsets
    <div role="group" aria-labelledby={id}>
      <p id={id} className="flex items-baseline gap-2 px-4 pt-4 pb-2 font-medium text-small text-third">
        <span className="flex-1">{label}</span>
        <span className="font-normal">{shown < total ? t("search.of", { shown, total }) : total}</span>
      </p>
      {children}
    </div>
  );
}

function Nothing({ typed }: { typed: string }) {
  return (
    <div data-testid="nothing-found" className="px-4 pt-4">
      <p className="break-words font-medium">{t("search.nothing", { typed })}</p>
      <p className="pt-1 text-third">{t(typed.length < 3 ? "search.longer" : "search.other")}</p>
    </div>
  );
}
