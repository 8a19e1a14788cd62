import { CheckCircle2, CircleAlert } from "lucide-react";
import type { SpeechCheck } from "../../backend";

/** What came of trying it out. */
export function Checked({ check }: { check: SpeechCheck }) {
  return (
    <p
      role="status"
      data-testid="speech-check"
      className={`flex items-start gap-2 ${check.ok ? "text-passed" : "text-failed"}`}
    >
      {check.ok ? (
        <CheckCircle2 size={14} aria-hidden className="mt-[3px] shrink-0" />
      ) : (
        <CircleAlert size={14} aria-hidden className="mt-[3px] shrink-0" />
      )}
      <span className="min-w-0 break-words">{check.detail}</span>
    </p>
  );
}
