import type { ChainCheck, EventKind, TimelineItem } from "../../backend";
import { roleName } from "../../shared/roles";
import { dayOf } from "../../shared/time";
import { t } from "../../words";
import { happened } from "./happened";

export const KINDS: EventKind[] = ["handoff", "plan", "work", "evidence", "trouble", "steering", "note"];

/** What is to be shown. An empty set asks for everything of its sort. */
export type Filter = { words: string; kinds: ReadonlySet<EventKind>; by: ReadonlySet<string> };

export function passes(item: TimelineItem, { words, kinds, by }: Filter): boolean {
  if (kinds.size > 0 && !kinds.has(item.kind)) return false;
  if (by.size > 0 && !by.has(item.by)) return false;
  const text = `${happened(item)} ${item.event_type} ${nameOf(item)} ${item.hash}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** A line of the list: where a day begins, where the chain breaks, or an event. */
export type Line = { day: string } | { broken: true } | { item: TimelineItem };

export function lines(items: TimelineItem[], filter: Filter, chain: ChainCheck | null): Line[] {
  const listed: Line[] = [];
  let day = "";
  let whole = true;
  for (const item of items) {
    if (!passes(item, filter)) continue;
    if (dayOf(item.at) !== day) {
      day = dayOf(item.at);
      listed.push({ day });
    }
    if (whole && chain?.broken_at != null && item.seq >= chain.broken_at) {
      whole = false;
      listed.push({ broken: true });
    }
    listed.push({ item });
  }
  return listed;
}

/** The set with the value taken in, or out where it was in. */
export function toggled<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}

/** Who caused it, as a person calls them. */
export function nameOf(item: TimelineItem): string {
  if (item.role) return roleName(item.role);
  if (item.by === "you") return t("timeline.by_you");
  if (item.by === "product") return t("timeline.by_product");
  return item.by.startsWith("policy:") ? t("timeline.by_policy") : item.by;
}
