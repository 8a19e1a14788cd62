import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { queries, watch } from "../../backend";
import { type Tab, useDesk, useRailFolded } from "../../desk";
import { Button } from "../../shared/Button";
import { Empty } from "../../shared/Empty";
import { lazily } from "../../shared/lazily";
import { sentence } from "../../shared/Notice";
import { t } from "../../words";
import { Conversation } from "../conversation/Conversation";
import { BuildActions } from "../palette/BuildActions";
import { Rail } from "../workflow/Rail";
import { BuildHead } from "./BuildHead";

// A build opens with what was said in it. Everything else of it is loaded when it is looked at.
const ChangesTab = lazily(() => import("../changes/ChangesTab").then(({ ChangesTab }) => ChangesTab));
const ChecksTab = lazily(() => import("../tests/ChecksTab").then(({ ChecksTab }) => ChecksTab));
const PlanTab = lazily(() => import("../plan/PlanTab").then(({ PlanTab }) => PlanTab));
const ReleaseTab = lazily(() => import("../complete/ReleaseTab").then(({ ReleaseTab }) => ReleaseTab));
const TestsTab = lazily(() => import("../tests/TestsTab").then(({ TestsTab }) => TestsTab));
const TimelineTab = lazily(() => import("../timeline/TimelineTab").then(({ TimelineTab }) => TimelineTab));
const WorkTab = lazily(() => import("../workflow/WorkTab").then(({ WorkTab }) => WorkTab));

export function BuildPage({ id, tab: wanted }: { id: string; tab: Tab }) {
  const build = useQuery(queries.build(id));
  const railFolded = useRailFolded();
  const go = useDesk((desk) => desk.go);
  useEffect(() => watch(id), [id]);
  if (build.isError && !build.data) {
    return (
      <Empty
        title={sentence(build.error)}
        action={<Button onClick={() => go({ view: "new" })}>{t("newBuild")}</Button>}
      />
    );
  }
  if (!build.data) return <div className="flex-1" aria-busy="true" />;
  const shown = build.data;
  // A release that was taken back has no page any longer.
  const tab = wanted === "release" && !shown.release ? "conversation" : wanted;
  return (
    <div className="relative flex min-h-0 flex-1">
      <main className="flex min-w-0 flex-1 flex-col">
        <BuildHead build={shown} tab={tab} />
        <BuildActions build={shown} />
        <div id="view" role="tabpanel" aria-label={t(`tabs.${tab}`)} className="min-h-0 flex-1">
          {tab === "conversation" && <Conversation build={shown} />}
          {tab === "plan" && <PlanTab build={shown} />}
          {tab === "work" && <WorkTab build={shown} />}
          {tab === "changes" && <ChangesTab id={id} />}
          {tab === "tests" && <TestsTab build={shown} />}
          {tab === "checks" && <ChecksTab id={id} />}
          {tab === "release" && <ReleaseTab build={shown} />}
          {tab === "timeline" && <TimelineTab id={id} />}
        </div>
      </main>
      {!railFolded && <Rail build={shown} />}
    </div>
  );
}
