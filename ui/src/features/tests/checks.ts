import type { Check } from "../../backend";
import { listed } from "../../shared/time";
import { t } from "../../words";

/** What a check looks at. One that an earlier version recorded has only its own words. */
export function checkName({ found, name }: Check): string {
  return found ? t(`checks.name_${found.kind}`) : name;
}

export function checkDetail({ found, detail }: Check): string {
  switch (found?.kind) {
    case "tests_again":
      return t("checks.testsAgain", { ...found, count: found.run });
    case "same_tree":
      return t("checks.tree", { tree: found.tree.slice(0, 7) });
    case "conflict_marks":
      return found.files.length === 0 ? t("checks.noMarks") : listed(found.files);
    case undefined:
      return detail;
  }
}
