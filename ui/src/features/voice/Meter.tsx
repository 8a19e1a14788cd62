import { t } from "../../words";

const BARS = 9;

/** How loud it is, in percent. Moves because somebody speaks, and only then. */
export function Meter({ level, clipping, wide = false }: { level: number; clipping: boolean; wide?: boolean }) {
  const count = wide ? BARS * 4 : BARS;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a meter element cannot be drawn as bars in every engine.
    <span
      role="meter"
      data-testid="level-meter"
      aria-label={t("voice.level")}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={level}
      className="inline-flex shrink-0 items-center gap-[2px]"
    >
      {Array.from({ length: count }, (_, bar) => (
        <span
          key={bar}
          aria-hidden
          className={`w-[3px] rounded-full ${wide ? "h-3.5" : "h-3"} ${
            bar < Math.round((level * count) / 100) ? (clipping ? "bg-failed" : "bg-passed") : "bg-line"
          }`}
        />
      ))}
    </span>
  );
}
