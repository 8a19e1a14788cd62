import { Info, X } from "lucide-react";
import { useDesk } from "../../desk";
import { Button, IconButton } from "../../shared/Button";
import { Notice } from "../../shared/Notice";
import { t } from "../../words";
import { again, dismiss, letGo, type Target, useDictation } from "./dictation";

/** What the person should know of their dictation, where they speak; and what was not understood, which waits. */
export function DictationNotice({ target }: { target: Target }) {
  const { phase, told, waits, target: its } = useDictation();
  const go = useDesk((desk) => desk.go);
  if (told === null) return null;
  // What waits is shown wherever somebody could want to speak.
  if (phase === "stuck") {
    return (
      <Notice
        action={
          <span className="flex shrink-0 flex-wrap gap-1.5">
            <Button data-testid="voice-again" onClick={again}>
              {t("retry")}
            </Button>
            <Button kind="quiet" onClick={() => go({ view: "settings" })}>
              {t("settings")}
            </Button>
            <Button kind="quiet" data-testid="voice-let-go" onClick={letGo}>
              {t("voice.letGo")}
            </Button>
          </span>
        }
      >
        {told} {t("voice.waits", { count: waits })}
      </Notice>
    );
  }
  if (its?.key !== target.key) return null;
  return (
    <div
      role="status"
      data-testid="voice-told"
      className="flex items-start gap-2.5 rounded-control bg-waiting-bg px-3 py-2 text-waiting"
    >
      <Info size={16} className="mt-0.5 shrink-0" aria-hidden />
      <span className="min-w-0 flex-1 break-words">{told}</span>
      <IconButton label={t("problem.dismiss")} onClick={dismiss} className="-my-1 text-waiting hover:text-waiting">
        <X size={14} />
      </IconButton>
    </div>
  );
}
