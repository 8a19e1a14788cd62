type Props = {
  label: string;
  /** From 0 to 1; what is more is shown as full. */
  value: number;
  /** What it means that so much is done or used. */
  tone?: "plain" | "waiting" | "failed";
  className?: string;
};

const TONE = { plain: "bg-primary", waiting: "bg-waiting", failed: "bg-failed" };

/** How much of something is done, or used up. */
export function Progress({ label, value, tone = "plain", className = "" }: Props) {
  const percent = Math.min(100, Math.max(0, Math.round(value * 100)));
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      className={`h-1 shrink-0 overflow-hidden rounded-full bg-line ${className}`}
    >
      <div className={`h-full transition-[width] duration-300 ${TONE[tone]}`} style={{ width: `${percent}%` }} />
    </div>
  );
}
