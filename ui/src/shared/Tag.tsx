import type { ReactNode } from "react";

type Tone = "plain" | "waiting" | "passed" | "failed";

const LOOK: Record<Tone, string> = {
  plain: "border-line text-second",
  waiting: "border-transparent bg-waiting-bg text-waiting",
  passed: "border-transparent bg-passed-bg text-passed",
  failed: "border-transparent bg-failed-bg text-failed",
};

/** A word about the thing beside it: a priority, a state. */
export function Tag({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span
      className={`inline-flex h-5 shrink-0 items-center gap-1 rounded-[5px] border px-1.5 text-small ${LOOK[tone]}`}
    >
      {children}
    </span>
  );
}
