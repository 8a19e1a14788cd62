import type { Missing } from "../../backend";
import { t } from "../../words";

/** What stands in the way of Ready to Build. */
export const missingWhat = (missing: Missing): string => t(`plan.missing_${missing.kind}`, { ...missing });
