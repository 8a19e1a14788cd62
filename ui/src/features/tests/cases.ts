import type { CaseOutcome, TestCaseResult } from "../../backend";

/** Which cases are shown. */
export type Filter = "all" | "failed" | "changed";

/** A row of the tree: a file or group with what is in it, or a case. */
export type CaseRow =
  | { kind: "suite"; name: string; open: boolean; failed: number; count: number }
  | { kind: "case"; case: TestCaseResult; key: string };

const ORDER: Record<CaseOutcome, number> = { failed: 0, skipped: 1, passed: 2 };

export const suiteOf = ({ suite }: TestCaseResult) => suite.join(" › ");

export const caseKey = (each: TestCaseResult, index: number) => `${suiteOf(each)} › ${each.name} ${index}`;

/** Cases in their files and groups. What failed stands first: the groups that have it, and the cases in them. */
export function caseRows(
  cases: readonly TestCaseResult[],
  filter: Filter,
  wanted: string,
  closed: ReadonlySet<string>,
): CaseRow[] {
  const look = wanted.trim().toLowerCase();
  const suites = new Map<string, { case: TestCaseResult; key: string }[]>();
  cases.forEach((each, index) => {
    if (filter === "failed" && each.outcome !== "failed") return;
    if (filter === "changed" && each.change === null) return;
    const suite = suiteOf(each);
    if (look !== "" && !`${suite} ${each.name}`.toLowerCase().includes(look)) return;
    const there = suites.get(suite) ?? [];
    suites.set(suite, there);
    there.push({ case: each, key: caseKey(each, index) });
  });
  const groups = [...suites].map(([name, inside]) => ({
    name,
    inside: inside.sort((a, b) => ORDER[a.case.outcome] - ORDER[b.case.outcome]),
    failed: inside.filter((each) => each.case.outcome === "failed").length,
  }));
  groups.sort((a, b) => Number(b.failed > 0) - Number(a.failed > 0));
  return groups.flatMap(({ name, inside, failed }) => {
    const open = !closed.has(name);
    const rows: CaseRow[] = open ? inside.map((each) => ({ kind: "case" as const, ...each })) : [];
    return [{ kind: "suite" as const, name, open, failed, count: inside.length }, ...rows];
  });
}
