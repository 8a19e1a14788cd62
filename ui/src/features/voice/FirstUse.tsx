import { useQuery } from "@tanstack/react-query";
import { Laptop, Server } from "lucide-react";
import { type ReactNode, useState } from "react";
import { queries } from "../../backend";
import { Button } from "../../shared/Button";
import { Dialog } from "../../shared/Dialog";
import { t } from "../../words";
import { setUpDone, useDictation } from "./dictation";
import { SpeechServerForm } from "./SpeechServerForm";
import { WhisperModels } from "./WhisperModels";

type Way = "machine" | "server";

/** The first click on a microphone: the two ways, and through one of them. What was typed stays where it is, below. */
export function FirstUse() {
  const open = useDictation((dictation) => dictation.setUp !== null);
  const settings = useQuery(queries.settings());
  const [way, setWay] = useState<Way | null>(null);
  const [ready, setReady] = useState(false);
  const close = () => {
    setUpDone();
    setWay(null);
    setReady(false);
  };
  if (!settings.data) return null;
  return (
    <Dialog open={open} onClose={close} title={t("voice.firstTitle")} wide>
      {ready ? (
        <div data-testid="voice-ready" className="flex flex-col gap-4">
          <p className="text-read">{t("voice.ready", { key: settings.data.voice.key })}</p>
          <div>
            <Button kind="primary" autoFocus onClick={close}>
              {t("voice.readyClose")}
            </Button>
          </div>
        </div>
      ) : (
        <div className="flex flex-col gap-4">
          <p className="text-second">{t("voice.firstText")}</p>
          <div role="radiogroup" aria-label={t("voice.firstTitle")} className="grid grid-cols-2 gap-3">
            <Choice
              chosen={way === "machine"}
              onChoose={() => setWay("machine")}
              testid="voice-way-machine"
              icon={<Laptop size={16} aria-hidden />}
              title={t("voice.onThisMachine")}
              text={t("voice.onThisMachineText")}
            />
            <Choice
              chosen={way === "server"}
              onChoose={() => setWay("server")}
              testid="voice-way-server"
              icon={<Server size={16} aria-hidden />}
              title={t("voice.byServer")}
              text={t("voice.byServerText")}
            />
          </div>
          {way === "machine" && <WhisperModels settings={settings.data} onUsed={() => setReady(true)} />}
          {way === "server" && <SpeechServerForm settings={settings.data} onUsed={() => setReady(true)} />}
        </div>
      )}
    </Dialog>
  );
}

function Choice({
  chosen,
  onChoose,
  testid,
  icon,
  title,
  text,
}: {
  chosen: boolean;
  onChoose: () => void;
  testid: string;
  icon: ReactNode;
  title: string;
  text: string;
}) {
  return (
    <label
      data-testid={testid}
      className={`card flex cursor-default flex-col gap-1 p-3.5 has-focus-visible:outline-2 has-focus-visible:outline-code-writer ${
        chosen ? "border-ink bg-raised" : "hover:border-third"
      }`}
    >
      <input type="radio" name="way" checked={chosen} onChange={onChoose} className="sr-only" />
      <span className="flex items-center gap-2 font-medium">
        {icon}
        {title}
      </span>
      <span className="text-second">{text}</span>
    </label>
  );
}
