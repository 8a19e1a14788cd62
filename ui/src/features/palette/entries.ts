import { useQuery } from "@tanstack/react-query";
import { type BuildSummary, queries } from "../../backend";
import { useDesk } from "../../desk";
import { useOffered } from "../../shared/actions";
import { ACTIONS, GROUPS, type Keys } from "../../shared/shortcuts";
import { t } from "../../words";
import { inOrder } from "../builds/groups";
import { lineOf } from "../builds/line";
import { SECTIONS } from "../settings/sections";
import { score } from "./match";
import { useRecent } from "./recent";

/** Something that can be chosen. */
export type Entry = {
  /** The same from one time to the next: what was used is remembered by it. */
  key: string;
  title: string;
  also: string;
  /** What stands beside it. */
  note?: string;
  keys?: Keys;
  /** One of several of its kind: in the way until it is asked for. */
  onlyFound?: boolean;
  run: () => void;
};

export type EntryGroup = { value: string; items: Entry[] };

/** Actions stand as they do in their table. */
const ORDER = Object.keys(ACTIONS);

/** How many of what was used last come first, and how many builds stand below while nothing is typed. */
const RECENT = 5;
const BUILDS_UNASKED = 6;
const BUILDS_FOUND = 20;

/** What fits what was typed, the best first; while nothing is typed, all of it, what was used last first. */
export function useEntries(typed: string): EntryGroup[] {
  const groups = useGroups();
  const recent = useRecent();
  const search = useDesk((desk) => desk.search);
  if (typed.trim() === "") {
    const all = new Map(groups.flatMap((group) => group.items).map((entry) => [entry.key, entry]));
    const used = recent.flatMap((key) => all.get(key) ?? []).slice(0, RECENT);
    const rest = groups.map((group) => ({
      ...group,
      items: group.items.filter((entry) => !used.includes(entry) && !entry.onlyFound),
    }));
    return [{ value: t("palette.recent"), items: used }, ...rest.map(shortened)].filter(
      (group) => group.items.length > 0,
    );
  }
  const ranked = groups
    .map(({ value, items }) => {
      const fitting = items
        .map((entry) => ({ entry, points: score(typed, entry.title, entry.also) + bonus(recent, entry) }))
        .filter(({ points }) => points >= 0.05)
        .sort((a, b) => b.points - a.points);
      return {
        value,
        items: fitting.map(({ entry }) => entry).slice(0, BUILDS_FOUND),
        points: fitting[0]?.points ?? 0,
      };
    })
    .filter((group) => group.points > 0)
    .sort((a, b) => b.points - a.points)
    .map(({ value, items }) => ({ value, items }));
  const text = typed.trim();
  const searchFor = { key: "search", title: t("palette.searchFor", { text }), also: "", run: () => search(true, text) };
  return [...ranked, { value: t("palette.search"), items: [searchFor] }];
}

const shortened = (group: EntryGroup) =>
  group.value === t("palette.builds") ? { ...group, items: group.items.slice(0, BUILDS_UNASKED) } : group;

/** Of two that fit alike, the one that was used comes first. */
function bonus(recent: string[], entry: Entry): number {
  const at = recent.indexOf(entry.key);
  return at < 0 ? 0 : 0.04 - at / 1000;
}

/** All that there is to choose from. */
function useGroups(): EntryGroup[] {
  const offered = Object.values(useOffered((offers) => offers.actions)).sort(
    (a, b) => ORDER.indexOf(a.id) - ORDER.indexOf(b.id),
  );
  const builds = useQuery(queries.builds()).data ?? [];
  const { go, openBuild, grouping } = useDesk();
  const actions = GROUPS.map((group) => ({
    value: t(`palette.group_${group}`),
    items: offered
      // The palette is open already.
      .filter((action) => action.group === group && action.id !== "palette")
      .map(
        ({ name, id, label, also, keys, run }): Entry => ({
          key: name,
          title: label,
          also,
          onlyFound: name !== id,
          ...(keys && { keys }),
          run,
        }),
      ),
  }));
  const open = (build: BuildSummary): Entry => ({
    key: `build ${build.workflow_id}`,
    title: build.title,
    also: `${build.project.name} ${t(`builds.${build.group}`)}`,
    note: lineOf(build),
    run: () => openBuild(build.workflow_id),
  });
  const sections = SECTIONS.map(
    (name): Entry => ({
      key: `settings ${name}`,
      title: t(`setup.section_${name}`),
      also: t("settings"),
      note: t("settings"),
      run: () => go({ view: "settings", section: name }),
    }),
  );
  return [
    ...actions,
    { value: t("palette.builds"), items: inOrder(builds, grouping).map(open) },
    { value: t("palette.settings"), items: sections },
  ].filter((group) => group.items.length > 0);
}
