import { CheckCircle2, CircleAlert } from "lucide-react";
import type { SpeechCheck } from "../../backend";
import { sentence } from "../../shared/Notice";
import { exactSpan } from "../../shared/time";
import { t } from "../../words";

/** What came of trying it out. */
export function Checked({ check }: { check: SpeechCheck }) {
  return (
    <p
      role="status"
      data-testid="speech-check"
      className={`flex items-start gap-2 ${check.problem === null ? "text-passed" : "text-failed"}`}
    >
      {check.problem === null ? (
        <CheckCircle2 size={14} aria-hidden className="mt-[3px] shrink-0" />
      ) : (
        <CircleAlert size={14} aria-hidden className="mt-[3px] shrink-0" />
      )}
      <span className="min-w-0 break-words">
        {check.problem ? sentence(check.problem) : t("setup.answered", { time: exactSpan(check.answered_ms ?? 0) })}
      </span>
    </p>
  );
}
