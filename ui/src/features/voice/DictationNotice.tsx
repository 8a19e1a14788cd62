import { Info, X } from "lucide-react";
import { useDesk } from "../../desk";
import { Button, IconButton } from "../../shared/Button";
import { Notice } from "../../shared/Notice";
import { t } from "../../words";
import { again, dismiss, finish, letGo, phaseOf, type Target, useDictation } from "./dictation";
import { Progress } from "./Microphone";
import { useShown } from "./shown";

/** What the person should know of the dictation into this field, where they speak. */
export function DictationNotice({ target }: { target: Target }) {
  const its = useDictation((dictation) => dictation.target?.key === target.key);
  return its ? <Told /> : null;
}

/** The same where the field is not on the page any more: what listens there must be seen, and can be stopped. */
export function DictationElsewhere() {
  const dictation = useDictation();
  const here = useShown((shown) => shown.targets.some((each) => each.key === dictation.target?.key));
  const phase = phaseOf(dictation);
  const said = dictation.told !== null || dictation.failure !== null || dictation.closing;
  if (here || !dictation.target || (phase === "idle" && !said)) return null;
  const on = phase === "opening" || phase === "listening";
  return (
    <section
      aria-label={t("voice.title")}
      data-testid="voice-elsewhere"
      className="card m-3 mb-0 flex flex-col gap-2 p-3"
    >
      {phase !== "idle" && phase !== "stuck" && (
        <div className="flex items-center gap-3">
          <Progress phase={phase} />
          {on && (
            <Button data-testid="voice-stop" className="ml-auto" onClick={finish}>
              {t("voice.stop")}
            </Button>
          )}
        </div>
      )}
      <Told />
    </section>
  );
}

function Told() {
  const { failure, told, waits, closing } = useDictation();
  const go = useDesk((desk) => desk.go);
  return (
    <>
      {closing && <Note>{t("voice.closing")}</Note>}
      {failure !== null && (
        <Notice>
          <p>
            {failure} {t("voice.waits", { count: waits })}
          </p>
          <p className="flex flex-wrap gap-1.5 pt-2">
            <Button data-testid="voice-again" onClick={again}>
              {t("retry")}
            </Button>
            <Button kind="quiet" onClick={() => go({ view: "settings" })}>
              {t("settings")}
            </Button>
            <Button kind="quiet" data-testid="voice-let-go" onClick={letGo}>
              {t("voice.letGo")}
            </Button>
          </p>
        </Notice>
      )}
      {told !== null && (
        <Note testid="voice-told" onDismiss={dismiss}>
          {told}
        </Note>
      )}
    </>
  );
}

function Note({ children, testid, onDismiss }: { children: string; testid?: string; onDismiss?: () => void }) {
  return (
    <div
      role="status"
      data-testid={testid}
      className="flex items-start gap-2.5 rounded-control bg-waiting-bg px-3 py-2 text-waiting not-first:mt-2"
    >
      <Info size={16} className="mt-0.5 shrink-0" aria-hidden />
      <span className="min-w-0 flex-1 break-words">{children}</span>
      {onDismiss && (
        <IconButton label={t("problem.dismiss")} onClick={onDismiss} className="-my-1 text-waiting hover:text-waiting">
          <X size={14} />
        </IconButton>
      )}
    </div>
  );
}
