import { useQuery } from "@tanstack/react-query";
import { ChartColumn, PanelLeftClose, Search, Settings } from "lucide-react";
import { useDeferredValue, useRef, useState } from "react";
import { Virtualizer } from "virtua";
import { type BuildSummary, queries } from "../../backend";
import { type Grouping, useDesk } from "../../desk";
import { keyNames } from "../../shared/actions";
import { Button, IconButton, Key } from "../../shared/Button";
import { sentence } from "../../shared/Notice";
import { t } from "../../words";
import { TrashLink } from "../data/TrashLink";
import { NewerVersion } from "../desktop/NewerVersion";
import { SearchPanel } from "../search/SearchPanel";
import { BuildRow } from "./BuildRow";
import { lines } from "./groups";

/** Where the list stands: beside what is open, or over it in a small window. */
export const LIST_PLACE =
  "w-[248px] shrink-0 border-line border-r bg-surface max-[799px]:absolute max-[799px]:inset-y-0 max-[799px]:left-0 max-[799px]:z-20 max-[799px]:shadow-2xl";

/** The left column: all builds, and what finds one. */
export function BuildsList() {
  const builds = useQuery(queries.builds());
  const { go, foldList, searching, searchText, search } = useDesk();
  const view = useDesk(({ place }) => place.view);
  const magnifier = useRef<HTMLButtonElement>(null);
  // The field for the next idea comes first, and the list a moment after it.
  const known = useDeferredValue(builds.data, undefined);
  const all = known ?? [];
  return (
    <nav aria-label={t("brand")} className={`flex flex-col ${LIST_PLACE}`}>
      <div className="flex h-[52px] shrink-0 items-center gap-2 pr-2 pl-4">
        <span
          aria-hidden
          className="flex size-5 items-center justify-center rounded-[6px] bg-primary font-bold text-[11px] text-on-primary"
        >
          Q
        </span>
        <span className="flex-1 font-semibold">{t("brand")}</span>
        <IconButton
          ref={magnifier}
          label={t("search.everywhere")}
          action="search"
          data-testid="search"
          aria-pressed={searching}
          onClick={() => search(!searching)}
        >
          <Search size={15} />
        </IconButton>
        <IconButton label={t("builds.hide")} action="fold_list" onClick={() => foldList(true)}>
          <PanelLeftClose size={15} />
        </IconButton>
      </div>
      <div className="px-4">
        <Button className="w-full" keys="N" data-testid="new-build" onClick={() => go({ view: "new" })}>
          {t("newBuild")}
        </Button>
      </div>
      {searching ? (
        <SearchPanel
          key={searchText}
          builds={all}
          begin={searchText}
          onClose={() => {
            search(false);
            magnifier.current?.focus();
          }}
        />
      ) : (
        <>
          {known?.length === 0 && (
            <div className="px-4 pt-5">
              <h2 className="font-medium text-small text-third">{t("builds.none")}</h2>
              <p className="pt-2 text-third">{t("builds.noneHint")}</p>
            </div>
          )}
          {builds.isError && <p className="px-4 pt-4 text-failed">{sentence(builds.error)}</p>}
          <Builds builds={all} />
        </>
      )}
      <TrashLink />
      <NewerVersion />
      <div className="flex shrink-0 items-center pr-2">
        <button
          type="button"
          data-testid="settings"
          aria-current={view === "settings" ? "page" : undefined}
          onClick={() => go({ view: "settings" })}
          className="flex h-12 flex-1 items-center gap-2 px-4 text-second hover:text-ink aria-[current]:text-ink"
        >
          <Settings size={15} aria-hidden />
          <span className="flex-1 text-left">{t("settings")}</span>
          <Key>{keyNames({ key: ",", mod: true })}</Key>
        </button>
        <IconButton
          label={t("statistics.title")}
          action="statistics"
          data-testid="statistics"
          aria-current={view === "statistics" ? "page" : undefined}
          onClick={() => go({ view: "statistics" })}
          className="aria-[current]:bg-faint aria-[current]:text-ink"
        >
          <ChartColumn size={15} />
        </IconButton>
      </div>
    </nav>
  );
}

/** Only what is in sight is drawn: a list of hundreds opens as quickly as one of ten. */
function Builds({ builds }: { builds: BuildSummary[] }) {
  const grouping = useDesk((desk) => desk.grouping);
  const listed = lines(builds, grouping);
  // Who goes through the list by keyboard does not lose their place to the scrolling.
  const [focused, setFocused] = useState<number[]>([]);
  const several = new Set(builds.map((build) => build.project.id)).size > 1;
  return (
    <>
      {several && <GroupingSwitch grouping={grouping} />}
      <div className="min-h-0 flex-1 overflow-y-auto pb-4" data-testid="builds">
        <Virtualizer as="ul" item="li" data={listed} keepMounted={focused}>
          {(line, index) =>
            "head" in line ? (
              <h2
                key={line.key}
                title={line.head.title}
                className={`truncate px-4 pb-2 font-medium text-small text-third ${index === 0 ? "pt-3" : "pt-5"}`}
              >
                {line.head.label}
              </h2>
            ) : (
              // biome-ignore lint/a11y/noStaticElementInteractions: it only hears where the focus is
              <div key={line.key} className="px-2" onFocus={() => setFocused([index])}>
                <BuildRow build={line.build} />
              </div>
            )
          }
        </Virtualizer>
      </div>
    </>
  );
}

const GROUPINGS: Grouping[] = ["waiting", "project"];

function GroupingSwitch({ grouping }: { grouping: Grouping }) {
  const group = useDesk((desk) => desk.group);
  return (
    <fieldset aria-label={t("builds.groupBy")} className="mx-4 mt-3 flex shrink-0 rounded-control bg-faint p-0.5">
      {GROUPINGS.map((each) => (
        <button
          key={each}
          type="button"
          data-testid={`group-by-${each}`}
          aria-pressed={grouping === each}
          onClick={() => group(each)}
          className="flex h-6 min-w-0 flex-1 items-center justify-center rounded-[5px] px-2 text-second text-small hover:text-ink aria-pressed:bg-panel aria-pressed:font-medium aria-pressed:text-ink"
        >
          <span className="truncate">{t(`builds.by_${each}`)}</span>
        </button>
      ))}
    </fieldset>
  );
}
