import { useQuery } from "@tanstack/react-query";
import { ChartColumn, PanelLeftClose, Search, Settings } from "lucide-react";
import { useState } from "react";
import { type BuildSummary, queries } from "../../backend";
import { useDesk } from "../../desk";
import { Button, IconButton, Key } from "../../shared/Button";
import { MOD } from "../../shared/keys";
import { sentence } from "../../shared/Notice";
import { ROLE_DOT } from "../../shared/roles";
import { span, useSince } from "../../shared/time";
import { t } from "../../words";
import { lineOf } from "./line";
import { GROUPS } from "./order";

export function BuildsList() {
  const builds = useQuery(queries.builds());
  const [searching, setSearching] = useState(false);
  const [wanted, setWanted] = useState("");
  const go = useDesk((desk) => desk.go);
  const foldList = useDesk((desk) => desk.foldList);
  const place = useDesk((desk) => desk.place);
  const all = builds.data ?? [];
  const found = all.filter((build) =>
    `${build.title} ${build.project.name}`.toLowerCase().includes(wanted.trim().toLowerCase()),
  );
  return (
    <nav
      aria-label={t("brand")}
      className="flex w-[248px] shrink-0 flex-col border-line border-r bg-surface max-[799px]:absolute max-[799px]:inset-y-0 max-[799px]:left-0 max-[799px]:z-20 max-[799px]:shadow-2xl"
    >
      <div className="flex h-[52px] items-center gap-2 pr-2 pl-4">
        <span
          aria-hidden
          className="flex size-5 items-center justify-center rounded-[6px] bg-primary font-bold text-[11px] text-on-primary"
        >
          Q
        </span>
        <span className="flex-1 font-semibold">{t("brand")}</span>
        <IconButton
          label={t("builds.search")}
          aria-pressed={searching}
          onClick={() => {
            setSearching(!searching);
            setWanted("");
          }}
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
        {searching && (
          <input
            // biome-ignore lint/a11y/noAutofocus: it appears because the person asked for it
            autoFocus
            aria-label={t("builds.search")}
            placeholder={t("builds.search")}
            value={wanted}
            onChange={(event) => setWanted(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Escape") return;
              setSearching(false);
              setWanted("");
            }}
            className="mt-2 h-7 w-full rounded-control border border-line bg-panel px-2"
          />
        )}
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto pt-1 pb-4">
        {builds.data && all.length === 0 && (
          <div className="px-4 pt-4">
            <h2 className="font-medium text-small text-third">{t("builds.none")}</h2>
            <p className="pt-2 text-third">{t("builds.noneHint")}</p>
          </div>
        )}
        {builds.isError && <p className="px-4 pt-4 text-failed">{sentence(builds.error)}</p>}
        {all.length > 0 && found.length === 0 && <p className="px-4 pt-4 text-third">{t("builds.noMatch")}</p>}
        {GROUPS.map((group) => {
          const members = found.filter((build) => build.group === group);
          if (members.length === 0) return null;
          return (
            <section key={group} aria-label={t(`builds.${group}`)}>
              <h2 className="px-4 pt-4 pb-2 font-medium text-small text-third">{t(`builds.${group}`)}</h2>
              <ul>
                {members.map((build) => (
                  <Row key={build.workflow_id} build={build} />
                ))}
              </ul>
            </section>
          );
        })}
      </div>
      <div className="flex items-center pr-2">
        <button
          type="button"
          data-testid="settings"
          aria-current={place.view === "settings" ? "page" : undefined}
          onClick={() => go({ view: "settings" })}
          className="flex h-12 flex-1 items-center gap-2 px-4 text-second hover:text-ink aria-[current]:text-ink"
        >
          <Settings size={15} aria-hidden />
          <span className="flex-1 text-left">{t("settings")}</span>
          <Key>{`${MOD} ,`}</Key>
        </button>
        <IconButton
          label={t("statistics.title")}
          action="statistics"
          data-testid="statistics"
          aria-current={place.view === "statistics" ? "page" : undefined}
          onClick={() => go({ view: "statistics" })}
          className="aria-[current]:bg-faint aria-[current]:text-ink"
        >
          <ChartColumn size={15} />
        </IconButton>
      </div>
    </nav>
  );
}

function Row({ build }: { build: BuildSummary }) {
  const place = useDesk((desk) => desk.place);
  const openBuild = useDesk((desk) => desk.openBuild);
  const since = useSince(build.changed_at);
  const open = place.view === "build" && place.id === build.workflow_id;
  return (
    <li className="px-2">
      <button
        type="button"
        data-testid={`build-row-${build.workflow_id}`}
        aria-current={open ? "page" : undefined}
        title={build.project.path}
        onClick={() => openBuild(build.workflow_id)}
        className={`flex w-full items-start gap-3 rounded-control border px-2.5 py-1.5 text-left ${open ? "border-line bg-panel" : "border-transparent hover:bg-faint"}`}
      >
        <span aria-hidden className={`mt-[6px] size-2 shrink-0 rounded-full ${dot(build)}`} />
        <span className="min-w-0 flex-1">
          <span className="flex items-baseline gap-2">
            <span className="min-w-0 flex-1 truncate font-medium">{build.title}</span>
            <span className="text-small text-third">{span(since)}</span>
          </span>
          <span className="block truncate text-small text-third">{lineOf(build)}</span>
        </span>
      </button>
    </li>
  );
}

function dot(build: BuildSummary): string {
  switch (build.group) {
    case "waiting":
      return "bg-waiting";
    case "live":
      return "bg-passed";
    case "stopped":
      return build.status === "blocked" ? "bg-failed" : "bg-third";
    case "working":
      return `alive ${build.role ? ROLE_DOT[build.role] : "bg-third"}`;
  }
}
