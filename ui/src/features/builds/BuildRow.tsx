import { memo } from "react";
import type { BuildSummary } from "../../backend";
import { useDesk } from "../../desk";
import { BuildPage } from "../../pages";
import { ROLE_DOT } from "../../shared/roles";
import { span, useSince } from "../../shared/time";
import { useLanguage } from "../../words";
import { lineOf } from "./line";

/** One build in the list: what it is called, how old its state is, who is awaited. */
export const BuildRow = memo(function BuildRow({ build }: { build: BuildSummary }) {
  useLanguage();
  const id = build.workflow_id;
  const open = useDesk(({ place }) => place.view === "build" && place.id === id);
  const openBuild = useDesk((desk) => desk.openBuild);
  const since = useSince(build.changed_at);
  return (
    <button
      type="button"
      data-testid={`build-row-${id}`}
      aria-current={open ? "page" : undefined}
      title={build.project.path}
      onClick={() => openBuild(id)}
      // Who points at a build is about to open it.
      onPointerEnter={BuildPage.ahead}
      onFocus={BuildPage.ahead}
      className={`flex w-full items-start gap-3 rounded-control border px-2.5 py-1.5 text-left focus-visible:-outline-offset-2 ${open ? "border-line bg-panel" : "border-transparent hover:bg-faint"}`}
    >
      <Dot build={build} />
      <span className="min-w-0 flex-1">
        <span className="flex items-baseline gap-2">
          <span className="min-w-0 flex-1 truncate font-medium">{build.title}</span>
          <span className="text-small text-third">{span(since)}</span>
        </span>
        <span className="block truncate text-small text-third">{lineOf(build)}</span>
      </span>
    </button>
  );
});

/** What a build waits for, as a colour beside the words. */
export function Dot({ build }: { build: BuildSummary }) {
  return <span aria-hidden className={`mt-[6px] size-2 shrink-0 rounded-full ${dot(build)}`} />;
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
