import { diffWordsWithSpace } from "diff";
import type { PlanRevision } from "../../backend";
import { t } from "../../words";

/** A piece of a text: as it stayed, as it came, as it went. */
export type Piece = { kind: "same" | "added" | "removed"; text: string };

/** What became of one part of something. */
export type Part = { label: string; pieces: Piece[] };

export type Difference = {
  id: string;
  kind: "added" | "removed" | "changed" | "moved";
  parts: Part[];
};

export type Group = { name: "requirements" | "tasks" | "rest"; differences: Difference[] };

/** Word by word. */
export function words(before: string, after: string): Piece[] {
  return diffWordsWithSpace(before, after).map(({ value, added, removed }) => ({
    kind: added ? "added" : removed ? "removed" : "same",
    text: value,
  }));
}

/** A thing with an id, as texts by their names, in order. */
type Thing = { id: string; texts: [string, string][] };

/** What is different in one revision from another: requirement by requirement, task by task. */
export function differences(before: PlanRevision, after: PlanRevision): Group[] {
  const groups: Group[] = [
    { name: "requirements", differences: compare(requirements(before), requirements(after)) },
    { name: "tasks", differences: compare(tasks(before), tasks(after)) },
    { name: "rest", differences: compare(rest(before), rest(after)) },
  ];
  return groups.filter((group) => group.differences.length > 0);
}

const requirements = ({ requirements }: PlanRevision): Thing[] =>
  requirements.features.map(({ id, text, priority, acceptance }) => ({
    id,
    texts: [
      [t("plan.partText"), text],
      [t("plan.partAcceptance"), acceptance.join("\n")],
      [t("plan.partPriority"), t(`plan.priority_${priority}`)],
    ],
  }));

const tasks = ({ plan }: PlanRevision): Thing[] =>
  (plan?.tasks ?? []).map(({ id, title, detail, files, serves }) => ({
    id,
    texts: [
      [t("plan.partText"), title],
      [t("plan.partDetail"), detail],
      [t("plan.partFiles"), files.join(", ")],
      [t("plan.partServes"), serves.join(" ")],
    ],
  }));

const rest = ({ requirements, plan }: PlanRevision): Thing[] => [
  { id: t("plan.title"), texts: [["", requirements.title]] },
  { id: t("plan.summary"), texts: [["", requirements.summary]] },
  { id: t("plan.openQuestions"), texts: [["", requirements.open_questions.map(({ text }) => text).join("\n")]] },
  { id: t("plan.tested"), texts: [["", plan?.test_strategy.summary ?? ""]] },
  { id: t("plan.goes"), texts: [["", plan?.release.how ?? ""]] },
];

function compare(before: Thing[], after: Thing[]): Difference[] {
  const was = new Map(before.map((thing, at) => [thing.id, { thing, at }]));
  const stays = new Set(after.map(({ id }) => id));
  // The order among those that are in both: a new one in between moves nobody.
  const places = before.filter(({ id }) => stays.has(id)).map(({ id }) => id);
  const now = after.filter(({ id }) => was.has(id)).map(({ id }) => id);
  const found = after.flatMap((thing): Difference[] => {
    const then = was.get(thing.id)?.thing;
    const parts = thing.texts.flatMap(([label, text], index): Part[] => {
      const old = then?.texts[index]?.[1] ?? "";
      return old === text ? [] : [{ label, pieces: words(old, text) }];
    });
    if (!then) return [{ id: thing.id, kind: "added", parts }];
    if (parts.length > 0) return [{ id: thing.id, kind: "changed", parts }];
    const moved = places.indexOf(thing.id) !== now.indexOf(thing.id);
    return moved ? [{ id: thing.id, kind: "moved", parts }] : [];
  });
  const gone = before
    .filter(({ id }) => !stays.has(id))
    .map(({ id, texts }) => ({
      id,
      kind: "removed" as const,
      parts: texts.flatMap(([label, text]): Part[] => (text === "" ? [] : [{ label, pieces: words(text, "") }])),
    }));
  return [...found, ...gone];
}
