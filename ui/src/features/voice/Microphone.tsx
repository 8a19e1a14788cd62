import { useQuery } from "@tanstack/react-query";
import { Mic } from "lucide-react";
import { useEffect } from "react";
import { queries } from "../../backend";
import { t } from "../../words";
import { finish, press, release, type Target, useDictation } from "./dictation";
import { Meter } from "./Meter";

/** The button that is held, or clicked, to speak into a field; and beside it how that goes. */
export function Microphone({ target, empty }: { target: Target; empty: boolean }) {
  const settings = useQuery(queries.settings());
  const dictation = useDictation();
  const here = dictation.target?.key === target.key;
  const phase = here ? dictation.phase : "idle";
  const on = phase === "opening" || phase === "listening";
  const voice = settings.data?.voice;
  useHeldKey(voice?.key ?? "", target);
  const isSetUp = voice !== undefined && voice.by !== "nobody";
  const hint =
    phase === "opening"
      ? t("voice.opening")
      : phase === "writing"
        ? t("voice.writing")
        : on && dictation.clipping
          ? t("voice.tooLoud")
          : on
            ? t(dictation.held ? "voice.held" : dictation.speaking ? "voice.untilSilence" : "voice.speak")
            : isSetUp && phase === "idle"
              ? t("voice.hint", { key: empty ? t("voice.space") : voice.key })
              : "";
  return (
    <>
      <button
        type="button"
        data-testid="microphone"
        data-phase={phase}
        disabled={dictation.phase === "writing" || dictation.phase === "stuck"}
        aria-label={t(on ? "voice.stop" : "voice.start")}
        aria-pressed={on}
        title={on ? t("voice.stop") : t("voice.startHow", { key: voice?.key ?? "" })}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          // The cursor stays where the words go.
          event.preventDefault();
          void press(target, { held: true });
          window.addEventListener("pointerup", () => release({ touch: "listen" }), { once: true });
          window.addEventListener("pointercancel", () => release({ touch: "listen" }), { once: true });
        }}
        // By keyboard there is no holding: it listens until there is silence.
        onClick={(event) => event.detail === 0 && void press(target, { held: false })}
        onContextMenu={(event) => event.preventDefault()}
        className={`inline-flex size-7 shrink-0 touch-none items-center justify-center rounded-control disabled:opacity-45 ${
          on ? "bg-failed-bg text-failed" : "text-second hover:bg-faint hover:text-ink"
        }`}
      >
        <Mic size={15} aria-hidden />
      </button>
      {phase === "listening" && <Meter level={dictation.level} clipping={dictation.clipping} />}
      <span
        data-testid="voice-hint"
        title={on && dictation.microphone ? dictation.microphone : undefined}
        className="min-w-0 truncate text-small text-third"
      >
        {hint}
      </span>
      <span className="sr-only" aria-live="polite">
        {phase === "listening" ? t("voice.listening") : phase === "writing" ? t("voice.writing") : ""}
      </span>
    </>
  );
}

/** The key of the settings speaks as long as it is held; Escape ends what listens. */
function useHeldKey(key: string, { key: draft, workflowId }: Target) {
  useEffect(() => {
    const target = { key: draft, workflowId };
    const down = (event: KeyboardEvent) => {
      if (event.key === "Escape" && useDictation.getState().phase === "listening") {
        event.preventDefault();
        finish();
        return;
      }
      if (key === "" || event.key !== key || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      // What is asked on top comes first.
      if (document.querySelector("[role=dialog], [role=alertdialog], [role=menu]")) return;
      event.preventDefault();
      if (!event.repeat) void press(target, { held: true });
    };
    const up = (event: KeyboardEvent) => event.key === key && release({ touch: "listen" });
    // Whoever changes to another window with the key held never lets it go in this one.
    const away = () => release({ touch: "forget" });
    window.addEventListener("keydown", down);
    window.addEventListener("keyup", up);
    window.addEventListener("blur", away);
    return () => {
      window.removeEventListener("keydown", down);
      window.removeEventListener("keyup", up);
      window.removeEventListener("blur", away);
    };
  }, [key, draft, workflowId]);
}
