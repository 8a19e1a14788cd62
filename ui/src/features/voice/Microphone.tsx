import { useQuery } from "@tanstack/react-query";
import { Mic } from "lucide-react";
import { useEffect, useState } from "react";
import { queries } from "../../backend";
import { useAction } from "../../shared/actions";
import { t } from "../../words";
import { letGo, type Phase, phaseOf, press, type Target, useDictation } from "./dictation";
import { Meter } from "./Meter";

/** Words that take longer than this may be let go. */
const LONG = 2_000;

/** The button that is held, or clicked, to speak into a field; and beside it how that goes. */
export function Microphone({ target, empty }: { target: Target; empty: boolean }) {
  const settings = useQuery(queries.settings());
  const dictation = useDictation();
  const all = phaseOf(dictation);
  // Another field's dictation is shown where that field would be; here it can only be stopped.
  const phase = dictation.target?.key === target.key ? all : "idle";
  const on = all === "opening" || all === "listening";
  const voice = settings.data?.voice;
  const isSetUp = voice !== undefined && voice.by !== "nobody";
  useAction(
    { id: "dictate", label: t(on ? "voice.stop" : "voice.start"), run: () => void press(target, null) },
    { enabled: all !== "writing" && all !== "stuck" },
  );
  return (
    <>
      <button
        type="button"
        data-testid="microphone"
        data-phase={phase}
        disabled={all === "writing" || all === "stuck"}
        aria-label={t(on ? "voice.stop" : "voice.start")}
        aria-pressed={on}
        title={on ? t("voice.stop") : t("voice.startHow", { key: voice?.key ?? "" })}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          // The cursor stays where the words go.
          event.preventDefault();
          void press(target, "button");
        }}
        // By keyboard there is no holding: it listens until there is silence.
        onClick={(event) => event.detail === 0 && void press(target, null)}
        onContextMenu={(event) => event.preventDefault()}
        className={`inline-flex size-7 shrink-0 touch-none items-center justify-center rounded-control disabled:opacity-45 ${
          on ? "bg-failed-bg text-failed" : "text-second hover:bg-faint hover:text-ink"
        }`}
      >
        <Mic size={15} aria-hidden />
      </button>
      {phase === "idle" ? (
        <span data-testid="voice-hint" className="min-w-0 truncate text-small text-third">
          {isSetUp && !on ? t("voice.hint", { key: empty ? t("voice.space") : voice.key }) : ""}
        </span>
      ) : (
        <Progress phase={phase} />
      )}
    </>
  );
}

/** How the dictation goes, in a line. */
export function Progress({ phase }: { phase: Phase }) {
  const { level, clipping, held, speaking, name } = useDictation();
  const words: Record<Phase, string> = {
    idle: "",
    stuck: "",
    opening: t("voice.opening"),
    listening: clipping ? t("voice.tooLoud") : t(held ? "voice.held" : speaking ? "voice.untilSilence" : "voice.speak"),
    writing: t("voice.writing"),
  };
  return (
    <>
      {phase === "listening" && <Meter level={level} clipping={clipping} />}
      <span
        data-testid="voice-hint"
        title={phase === "listening" ? name : undefined}
        className="min-w-0 truncate text-small text-third"
      >
        {words[phase]}
      </span>
      {phase === "writing" && <LetGo />}
      <span className="sr-only" aria-live="polite">
        {phase === "listening" ? t("voice.listening") : phase === "writing" ? t("voice.writing") : ""}
      </span>
    </>
  );
}

/** A way out of a wait that is long. */
function LetGo() {
  const [long, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG);
    return () => clearTimeout(timer);
  }, []);
  if (!long) return null;
  return (
    <button
      type="button"
      data-testid="voice-let-go"
      onClick={letGo}
      className="shrink-0 text-small text-second underline underline-offset-4 hover:text-ink"
    >
      {t("voice.letGo")}
    </button>
  );
}
