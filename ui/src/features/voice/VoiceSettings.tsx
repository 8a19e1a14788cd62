import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import {
  beginMicrophoneTrial,
  call,
  client,
  commands,
  type Dictated,
  queries,
  type Settings,
  type SpeechBy,
  type VoiceSettings as Voice,
} from "../../backend";
import { Button } from "../../shared/Button";
import { Notice, sentence } from "../../shared/Notice";
import { Select } from "../../shared/Select";
import { t } from "../../words";
import { Line, NumberField, Section, SwitchLine } from "../settings/parts";
import { Meter } from "./Meter";
import { SpeechServerForm } from "./SpeechServerForm";
import { WhisperModels } from "./WhisperModels";

const WAYS: SpeechBy[] = ["nobody", "whisper", "server"];

/** Keys that no field and no system needs. */
const KEYS = ["F2", "F4", "F8", "F9"];

/** The languages that Whisper knows best, by their own names. */
const LANGUAGES: [string, string][] = [
  ["de", "Deutsch"],
  ["en", "English"],
  ["es", "Español"],
  ["fr", "Français"],
  ["it", "Italiano"],
  ["nl", "Nederlands"],
  ["pl", "Polski"],
  ["pt", "Português"],
  ["tr", "Türkçe"],
  ["uk", "Українська"],
  ["ru", "Русский"],
  ["ar", "العربية"],
  ["hi", "हिन्दी"],
  ["ja", "日本語"],
  ["ko", "한국어"],
  ["zh", "中文"],
];

type Props = { settings: Settings; onSave: (part: { voice: Voice }) => void };

export function VoiceSettings({ settings, onSave }: Props) {
  const status = useQuery(queries.voice());
  const { voice } = settings;
  // What is being set up is not in use before it works.
  const [shown, setShown] = useState<SpeechBy>(voice.by);
  useEffect(() => setShown(voice.by), [voice.by]);
  const change = (part: Partial<Voice>) =>
    onSave({ voice: { ...(client.getQueryData(queries.settings().queryKey)?.voice ?? voice), ...part } });
  return (
    <Section id="voice" title={t("voice.title")} text={t("voice.text")}>
      <div className="flex flex-col gap-3" data-testid="voice-settings">
        <div className="card divide-y divide-line">
          <Line label={t("voice.by")}>
            <Select
              data-testid="speech-by"
              aria-label={t("voice.by")}
              value={shown}
              onChange={(event) => {
                const by = event.target.value as SpeechBy;
                setShown(by);
                if (by === "nobody") change({ by });
              }}
            >
              {WAYS.map((way) => (
                <option key={way} value={way}>
                  {t(`voice.by_${way}`)}
                </option>
              ))}
            </Select>
          </Line>
          {shown === "server" && (
            <div className="px-4 py-3">
              <SpeechServerForm settings={settings} onUsed={() => undefined} />
            </div>
          )}
          {shown === "whisper" && (
            <div className="px-4 py-3">
              <WhisperModels settings={settings} onUsed={() => undefined} />
            </div>
          )}
          <Line label={t("voice.language")}>
            <Select
              aria-label={t("voice.language")}
              value={voice.language ?? ""}
              onChange={(event) => change({ language: event.target.value === "" ? null : event.target.value })}
            >
              <option value="">{t("voice.anyLanguage")}</option>
              {LANGUAGES.map(([code, name]) => (
                <option key={code} value={code}>
                  {name}
                </option>
              ))}
            </Select>
          </Line>
        </div>
        <div className="card divide-y divide-line">
          <MicrophoneLine voice={voice} onChoose={(microphone) => change({ microphone })} />
          <Line label={t("voice.key")}>
            <Select
              aria-label={t("voice.key")}
              value={voice.key}
              onChange={(event) => change({ key: event.target.value })}
            >
              {KEYS.map((key) => (
                <option key={key} value={key}>
                  {key}
                </option>
              ))}
            </Select>
          </Line>
          <Line label={t("voice.silence")}>
            <NumberField
              label={t("voice.silence")}
              value={voice.silence_ms / 1000}
              min={0.4}
              max={10}
              step={0.1}
              onSave={(seconds) => change({ silence_ms: Math.round(seconds * 1000) })}
            />
          </Line>
        </div>
        <div className="card divide-y divide-line">
          <SwitchLine
            label={t("voice.commands")}
            hint={t("voice.commandsText")}
            on={voice.commands}
            onChange={(commands) => change({ commands })}
          />
          <SwitchLine
            label={t("voice.readAloud")}
            hint={status.data?.can_read_aloud === false ? t("voice.cannotReadAloud") : t("voice.readAloudText")}
            on={voice.read_aloud}
            onChange={(read_aloud) => change({ read_aloud })}
          />
          <SwitchLine
            label={t("voice.keep")}
            hint={t("voice.keepText", { path: status.data?.recordings ?? "" })}
            on={voice.keep_recordings}
            onChange={(keep_recordings) => change({ keep_recordings })}
          />
        </div>
      </div>
    </Section>
  );
}

/** Which microphone, and whether it hears anything. */
function MicrophoneLine({ voice, onChoose }: { voice: Voice; onChoose: (id: string | null) => void }) {
  // Microphones come and go: they are looked for each time the page is opened.
  const found = useQuery({ ...queries.microphones(), staleTime: 0 });
  const [heard, setHeard] = useState<Dictated | null>(null);
  const [level, setLevel] = useState({ level: 0, clipping: false });
  const [error, setError] = useState<string | null>(null);
  const [trying, setTrying] = useState(false);
  const end = () => void call(commands.endMicrophoneTrial()).catch(() => undefined);
  useEffect(() => end, []);
  const begin = async () => {
    setError(null);
    setHeard(null);
    setTrying(true);
    try {
      await beginMicrophoneTrial((next) => {
        if (next.kind === "level") setLevel(next);
        else if (next.kind === "stopped") {
          setTrying(false);
          setLevel({ level: 0, clipping: false });
          setError(next.problem && sentence(next.problem));
        } else setHeard(next);
      });
    } catch (failure) {
      setTrying(false);
      setError(sentence(failure));
    }
  };
  const unheard = error ?? (found.data?.problem ? sentence(found.data.problem) : null);
  const microphones = found.data?.microphones ?? [];
  const gone = voice.microphone !== null && !microphones.some((each) => each.id === voice.microphone);
  return (
    <div className="flex flex-col gap-2 px-4 py-2.5">
      <div className="flex items-center gap-3">
        <span className="flex-1">{t("voice.microphone")}</span>
        <Select
          data-testid="microphone-select"
          aria-label={t("voice.microphone")}
          value={voice.microphone ?? ""}
          onFocus={() => void client.invalidateQueries({ queryKey: queries.microphones().queryKey })}
          onChange={(event) => {
            if (trying) end();
            onChoose(event.target.value === "" ? null : event.target.value);
          }}
          className="max-w-[260px]"
        >
          <option value="">{t("voice.systemsChoice")}</option>
          {gone && <option value={voice.microphone ?? ""}>{t("voice.notConnected")}</option>}
          {microphones.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </Select>
        <Button data-testid="microphone-trial" onClick={() => (trying ? end() : void begin())}>
          {t(trying ? "voice.endTrial" : "voice.trial")}
        </Button>
      </div>
      {trying && (
        <div className="flex items-center gap-3">
          <Meter level={level.level} clipping={level.clipping} wide />
          <span className="min-w-0 truncate text-small text-third">
            {level.clipping
              ? t("voice.tooLoud")
              : heard?.kind === "speaking"
                ? t("voice.hearsYou")
                : heard?.kind === "listening"
                  ? heard.microphone
                  : t("voice.opening")}
          </span>
        </div>
      )}
      {unheard && <Notice>{unheard}</Notice>}
    </div>
  );
}
