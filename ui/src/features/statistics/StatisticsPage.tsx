import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { queries, type Statistics } from "../../backend";
import { useDesk } from "../../desk";
import { Button } from "../../shared/Button";
import { Empty } from "../../shared/Empty";
import { Notice, sentence } from "../../shared/Notice";
import { Select } from "../../shared/Select";
import { exactSpan, percent } from "../../shared/time";
import { t } from "../../words";
import { ShowList } from "../builds/ShowList";
import { Figures } from "./Figures";

/** Builds that were begun in the last days; none: at any time. */
const SPANS: (number | null)[] = [7, 30, 90, null];

/** What became of the builds, how long they took and what they used: of one project or of all. */
export function StatisticsPage() {
  const builds = useQuery(queries.builds());
  const [project, setProject] = useState<string | null>(null);
  const [days, setDays] = useState<number | null>(null);
  const found = useQuery({ ...queries.statistics(project, days), placeholderData: keepPreviousData });
  const go = useDesk((desk) => desk.go);
  const projects = new Map((builds.data ?? []).map((build) => [build.project.id, build.project]));
  const everything = project === null && days === null;
  const none = found.data?.total === 0;
  return (
    <main className="flex min-h-0 flex-1 flex-col overflow-y-auto">
      <ShowList className="m-3" />
      <div className="@container mx-auto flex w-full max-w-[1080px] flex-1 flex-col gap-5 px-6 py-9">
        <header className="flex flex-wrap items-center gap-x-2 gap-y-3">
          <h1 className="mr-auto font-semibold text-big tracking-[-0.02em]">{t("statistics.title")}</h1>
          <Select
            data-testid="statistics-project"
            aria-label={t("statistics.project")}
            className="max-w-[240px]"
            value={project ?? ""}
            onChange={(event) => setProject(event.target.value || null)}
          >
            <option value="">{t("statistics.allProjects")}</option>
            {[...projects.values()].map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
          <Select
            data-testid="statistics-span"
            aria-label={t("statistics.span")}
            value={days ?? ""}
            onChange={(event) => setDays(event.target.value === "" ? null : Number(event.target.value))}
          >
            {SPANS.map((each) => (
              <option key={each} value={each ?? ""}>
                {each === null ? t("statistics.allTime") : t("statistics.days", { count: each })}
              </option>
            ))}
          </Select>
        </header>
        {found.isError && <Notice>{sentence(found.error)}</Notice>}
        {none && everything && (
          <Empty
            title={t("statistics.none")}
            action={
              <Button kind="primary" onClick={() => go({ view: "new" })}>
                {t("newBuild")}
              </Button>
            }
          >
            {t("statistics.noneText")}
          </Empty>
        )}
        {none && !everything && (
          <Empty
            title={t("statistics.noneHere")}
            action={
              <Button
                onClick={() => {
                  setProject(null);
                  setDays(null);
                }}
              >
                {t("statistics.showAll")}
              </Button>
            }
          >
            {t("statistics.noneHereText")}
          </Empty>
        )}
        {found.data && !none && (
          <>
            <Sums of={found.data} />
            <Figures of={found.data} />
          </>
        )}
      </div>
    </main>
  );
}

/** The figures that are one number. */
function Sums({ of }: { of: Statistics }) {
  const unknown = t("statistics.notYet");
  const span = (ms: number | null) => (ms === null ? unknown : exactSpan(ms));
  const first = of.first_pass_rate;
  const sums: [string, string, string][] = [
    ["total", `${of.total}`, t("statistics.sumTotal", { count: of.total })],
    ["finished", percent(of.completion_rate ?? 0), t("statistics.sumFinished", { count: of.finished })],
    ["first-pass", first === null ? unknown : percent(first), t("statistics.sumFirstPass")],
    ["median", span(of.median_duration_ms), t("statistics.sumMedian")],
    ["mean", span(of.mean_duration_ms), t("statistics.sumMean")],
  ];
  return (
    <dl
      data-testid="statistics-sums"
      className="card grid @min-[860px]:grid-cols-5 grid-cols-2 @min-[520px]:grid-cols-3 gap-x-4 gap-y-3 px-4 py-3.5"
    >
      {sums.map(([name, figure, text]) => (
        <div key={name} data-testid={`sum-${name}`} className="flex min-w-0 flex-col">
          <dt className="text-second text-small">{text}</dt>
          <dd className="order-first font-semibold text-[20px] leading-7">{figure}</dd>
        </div>
      ))}
    </dl>
  );
}
