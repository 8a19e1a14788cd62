import type { State, Statistics } from "../../backend";
import { modelName } from "../../shared/models";
import { roleName } from "../../shared/roles";
import { dollars, exactSpan, grouped, percent } from "../../shared/time";
import { whyItStands } from "../../shared/told";
import { t } from "../../words";
import { Bars } from "./Bars";
import { ROLE_COLOUR, STATE_COLOUR, STATUS_COLOUR } from "./colours";
import { number, words } from "./csv";
import { Figure } from "./Figure";

/** All charts with the tables behind them. */
export function Figures({ of }: { of: Statistics }) {
  return (
    <div className="grid @min-[860px]:grid-cols-2 grid-cols-1 gap-4">
      <ByStatus of={of} />
      <ByState of={of} />
      <Time of={of} />
      <Roads of={of} />
      <Standstills of={of} />
      <Usage of={of} />
    </div>
  );
}

/** Counts stand at the ends of their bars. */
const NONE: number[] = [];

/** A model by the name that it goes by. */

function ByStatus({ of }: { of: Statistics }) {
  const rows = of.by_status.map(({ status, builds }) => ({
    key: status,
    name: t(`statistics.status_${status}`),
    builds,
  }));
  return (
    <Figure
      name="status"
      title={t("statistics.byStatus")}
      none=""
      table={{
        heads: [t("statistics.status"), t("statistics.builds")],
        rows: rows.map(({ key, name, builds }) => ({ key, cells: [words(name), number(builds, grouped)] })),
      }}
    >
      <Bars
        parts={[{ name: t("statistics.builds"), pattern: "full" }]}
        write={grouped}
        marks={NONE}
        rows={of.by_status.map(({ status, builds }, at) => ({
          key: status,
          name: rows[at]?.name ?? status,
          colour: STATUS_COLOUR[status],
          values: [builds],
          label: grouped(builds),
        }))}
        labels={40}
      />
    </Figure>
  );
}

function ByState({ of }: { of: Statistics }) {
  return (
    <Figure
      name="state"
      title={t("statistics.byState")}
      none=""
      table={{
        heads: [t("statistics.state"), t("statistics.builds")],
        rows: of.by_state.map(({ state, builds }) => ({
          key: state,
          cells: [words(t(`states.${state}`)), number(builds, grouped)],
        })),
      }}
    >
      <Bars
        parts={[{ name: t("statistics.builds"), pattern: "full" }]}
        write={grouped}
        marks={NONE}
        rows={of.by_state.map(({ state, builds }) => ({
          key: state,
          name: t(`states.${state}`),
          colour: STATE_COLOUR[state],
          values: [builds],
          label: grouped(builds),
        }))}
        labels={40}
      />
    </Figure>
  );
}

/** The work of each phase, as it was for a build on average, and what it went to. */
function Time({ of }: { of: Statistics }) {
  const average = (ms: number | null, builds: number) => (ms ?? 0) / Math.max(1, builds);
  return (
    <Figure
      wide
      name="time"
      title={t("statistics.time")}
      text={t("statistics.timeText")}
      none={t("statistics.timeNone")}
      table={{
        heads: [
          t("statistics.phase"),
          t("statistics.role"),
          t("statistics.builds"),
          t("statistics.attempts"),
          t("statistics.model"),
          t("statistics.commands"),
          t("statistics.rest"),
          t("statistics.perBuild"),
        ],
        rows: of.phases.map((each) => ({
          key: `${each.phase} ${each.role}`,
          cells: [
            words(t(`states.${each.phase}`)),
            words(roleName(each.role)),
            number(each.builds, grouped),
            number(each.attempts, grouped),
            number(each.model_ms ?? 0, exactSpan),
            number(each.command_ms ?? 0, exactSpan),
            number(each.other_ms ?? 0, exactSpan),
            number(average(each.total_ms, each.builds), exactSpan),
          ],
        })),
      }}
    >
      <Bars
        parts={[
          { name: t("statistics.model"), pattern: "full" },
          { name: t("statistics.commands"), pattern: "striped" },
          { name: t("statistics.rest"), pattern: "dotted" },
        ]}
        write={exactSpan}
        rows={of.phases.map((each) => ({
          key: `${each.phase} ${each.role}`,
          name: t(`states.${each.phase}`),
          colour: ROLE_COLOUR[each.role],
          values: [each.model_ms, each.command_ms, each.other_ms].map((ms) => average(ms, each.builds)),
          label: exactSpan(average(each.total_ms, each.builds)),
        }))}
      />
    </Figure>
  );
}

/** How many of the builds that came to a phase were sent back from it. */
function Roads({ of }: { of: Statistics }) {
  const road = (from: State, to: State) => t("statistics.road", { from: t(`states.${from}`), to: t(`states.${to}`) });
  const share = (builds: number, of: number) => (of > 0 ? builds / of : 0);
  return (
    <Figure
      name="roads"
      title={t("statistics.roads")}
      text={t("statistics.roadsText")}
      none={t("statistics.roadsNone")}
      table={{
        heads: [
          t("statistics.roadHead"),
          t("statistics.returns"),
          t("statistics.builds"),
          t("statistics.ofBuilds"),
          t("statistics.share"),
        ],
        rows: of.roads.map((each) => ({
          key: `${each.from} ${each.to}`,
          cells: [
            words(road(each.from, each.to)),
            number(each.returns, grouped),
            number(each.builds, grouped),
            number(each.of, grouped),
            number(share(each.builds, each.of), percent),
          ],
        })),
      }}
    >
      <Bars
        names={196}
        labels={48}
        marks={[0, 0.25, 0.5, 0.75, 1]}
        parts={[{ name: t("statistics.share"), pattern: "full" }]}
        write={percent}
        rows={of.roads.map((each) => ({
          key: `${each.from} ${each.to}`,
          name: road(each.from, each.to),
          colour: STATE_COLOUR[each.from],
          values: [share(each.builds, each.of)],
          label: percent(share(each.builds, each.of)),
        }))}
      />
    </Figure>
  );
}

/** Why builds stood still. A reason that has no words of its own is shown by its code. */
function Standstills({ of }: { of: Statistics }) {
  const reason = (code: string) => whyItStands(code) ?? code.replaceAll("_", " ");
  return (
    <Figure
      name="standstills"
      title={t("statistics.standstills")}
      text={t("statistics.standstillsText")}
      none={t("statistics.standstillsNone")}
      table={{
        heads: [t("statistics.reason"), t("statistics.times"), t("statistics.builds")],
        rows: of.standstills.map((each) => ({
          key: each.code,
          cells: [words(reason(each.code)), number(each.times, grouped), number(each.builds, grouped)],
        })),
      }}
    >
      <Bars
        names={196}
        labels={40}
        parts={[{ name: t("statistics.times"), pattern: "full" }]}
        write={grouped}
        marks={NONE}
        rows={of.standstills.map((each) => ({
          key: each.code,
          name: reason(each.code),
          colour: "failed",
          values: [each.times],
          label: grouped(each.times),
        }))}
      />
    </Figure>
  );
}

function Usage({ of }: { of: Statistics }) {
  // One model for all is named once.
  const [first] = of.usage;
  const one = first && of.usage.every((each) => each.model === first.model) ? modelName(first.model) : null;
  const cost = (amount: number | null) => (amount === null ? t("rail.costUnknown") : dollars(amount));
  return (
    <Figure
      wide
      name="usage"
      title={t("statistics.usage")}
      text={one ? t("statistics.usageTextOne", { model: one }) : t("statistics.usageText")}
      none={t("statistics.usageNone")}
      table={{
        heads: [
          t("statistics.role"),
          t("statistics.modelName"),
          t("statistics.calls"),
          t("money.in"),
          t("money.out"),
          t("rail.cost"),
        ],
        rows: of.usage.map((each) => ({
          key: `${each.role} ${each.model}`,
          cells: [
            words(roleName(each.role)),
            words(modelName(each.model)),
            number(each.calls, grouped),
            number(each.input_tokens ?? 0, grouped),
            number(each.output_tokens ?? 0, grouped),
            { shown: cost(each.cost), raw: each.cost },
          ],
        })),
      }}
    >
      <Bars
        names={one ? 160 : 236}
        labels={124}
        parts={[
          { name: t("money.in"), pattern: "full" },
          { name: t("money.out"), pattern: "striped" },
        ]}
        write={grouped}
        rows={of.usage.map((each) => ({
          key: `${each.role} ${each.model}`,
          name: one
            ? roleName(each.role)
            : t("statistics.roleAndModel", { role: roleName(each.role), model: modelName(each.model) }),
          colour: ROLE_COLOUR[each.role],
          values: [each.input_tokens ?? 0, each.output_tokens ?? 0],
          label: t("statistics.tokensAndCost", {
            tokens: grouped((each.input_tokens ?? 0) + (each.output_tokens ?? 0)),
            cost: cost(each.cost),
          }),
        }))}
      />
    </Figure>
  );
}
