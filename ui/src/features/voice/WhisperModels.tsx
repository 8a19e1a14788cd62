import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import {
  call,
  client,
  commands,
  fetchSpeechModel,
  queries,
  type Settings,
  type SpeechCheck,
  type SpeechModel,
} from "../../backend";
import { Button } from "../../shared/Button";
import { Notice, sentence } from "../../shared/Notice";
import { t } from "../../words";
import { Checked } from "./Checked";
import { inMegabytes, useDownloads } from "./downloads";

/** The model to begin with: understands most, and is here in a minute. */
const FIRST = "base";

/** Whisper on this machine: which model, and getting it here. */
export function WhisperModels({ settings, onUsed }: { settings: Settings; onUsed: () => void }) {
  const status = useQuery(queries.voice());
  const [error, setError] = useState<string | null>(null);
  const [check, setCheck] = useState<SpeechCheck | null>(null);
  const { voice } = settings;
  const attempt = async (work: () => Promise<void>) => {
    setError(null);
    setCheck(null);
    try {
      await work();
    } catch (failure) {
      setError(sentence(failure));
    }
  };
  const tryOut = async () => {
    const seen = await call(commands.checkRecogniser());
    setCheck(seen);
    if (seen.ok) onUsed();
  };
  const use = (id: string) =>
    attempt(async () => {
      // A download takes a while: what was changed meanwhile stays.
      const now = client.getQueryData(queries.settings().queryKey) ?? settings;
      const changed = { ...now.voice, by: "whisper" as const, whisper_model: id, whisper_file: null };
      const saved = await call(commands.saveSettings({ ...now, voice: changed }));
      client.setQueryData(queries.settings().queryKey, saved);
      await tryOut();
    });
  const choose = () =>
    attempt(async () => {
      const file = await call(commands.chooseSpeechFile());
      if (!file) return;
      client.setQueryData(queries.settings().queryKey, await call(commands.useSpeechFile(file)));
      await tryOut();
    });
  if (!status.data) return null;
  if (!status.data.has_whisper) return <p className="text-second">{t("voice.noWhisper")}</p>;
  const inUse = voice.by === "whisper";
  return (
    <div className="flex flex-col gap-3">
      <ul className="card divide-y divide-line">
        {status.data.models.map((model) => (
          <Model
            key={model.id}
            model={model}
            used={inUse && voice.whisper_file === null && voice.whisper_model === model.id}
            // One click leads all the way to the first word.
            onUse={() => void use(model.id)}
            first={model.id === FIRST && !status.data.models.some((each) => each.ready || each.fetching)}
            onError={setError}
          />
        ))}
        <li className="flex items-center gap-2 px-3.5 py-2">
          <div className="min-w-0 flex-1">
            <p className="font-medium">{t("voice.ownFile")}</p>
            <p className="truncate text-second" title={voice.whisper_file ?? ""}>
              {voice.whisper_file ?? t("voice.ownFileText")}
            </p>
          </div>
          {inUse && voice.whisper_file !== null && <span className="px-2 text-passed">{t("voice.used")}</span>}
          <Button onClick={() => void choose()}>{t("voice.chooseFile")}</Button>
        </li>
      </ul>
      <p className="text-small text-third">{t("voice.whisperPrivacy")}</p>
      {check && <Checked check={check} />}
      {error && <Notice onDismiss={() => setError(null)}>{error}</Notice>}
    </div>
  );
}

function Model({
  model,
  used,
  first,
  onUse,
  onError,
}: {
  model: SpeechModel;
  used: boolean;
  /** The one to begin with. */
  first: boolean;
  onUse: () => void;
  onError: (sentence: string | null) => void;
}) {
  const here = useDownloads((downloads) => downloads.here[model.id]) ?? model.here_kb;
  const fetching = useDownloads((downloads) => model.id in downloads.here) || model.fetching;
  const fetch = async () => {
    onError(null);
    useDownloads.getState().at(model.id, model.here_kb);
    const ended = (problem: string | null) => {
      useDownloads.getState().end(model.id);
      if (problem) onError(problem);
      void client.invalidateQueries({ queryKey: queries.voice().queryKey });
    };
    try {
      await fetchSpeechModel(model.id, (fetched) => {
        if (fetched.kind === "here") useDownloads.getState().at(model.id, fetched.kb);
        else {
          ended(fetched.kind === "ended" ? fetched.problem : null);
          if (fetched.kind === "ready" && client.getQueryData(queries.settings().queryKey)?.voice.by !== "whisper")
            onUse();
        }
      });
    } catch (failure) {
      ended(sentence(failure));
    }
  };
  const remove = async () => {
    await call(commands.deleteSpeechModel(model.id)).catch((failure) => onError(sentence(failure)));
    await client.invalidateQueries({ queryKey: queries.voice().queryKey });
  };
  const partly = !model.ready && here > 0;
  return (
    <li data-testid={`speech-model-${model.id}`} className="flex items-center gap-2 px-3.5 py-2">
      <div className="min-w-0 flex-1">
        <p className="font-medium">{model.title}</p>
        <p className="text-second">
          {partly || fetching
            ? t("voice.partly", { here: inMegabytes(here), size: inMegabytes(model.size_kb) })
            : `${inMegabytes(model.size_kb)} · ${t(`voice.about_${model.id}`)}`}
        </p>
        {fetching && (
          <progress
            aria-label={t("voice.downloading", { name: model.title })}
            value={here}
            max={model.size_kb}
            className="mt-1 block h-1 w-full accent-(--primary)"
          />
        )}
      </div>
      {used && model.ready && <span className="px-2 text-passed">{t("voice.used")}</span>}
      {fetching ? (
        <Button onClick={() => void call(commands.stopFetching(model.id)).catch(() => undefined)}>
          {t("voice.stopDownload")}
        </Button>
      ) : model.ready ? (
        <>
          <Button kind="quiet" onClick={() => void remove()}>
            {t("voice.delete")}
          </Button>
          {!used && <Button onClick={onUse}>{t("voice.use")}</Button>}
        </>
      ) : (
        <>
          {partly && (
            <Button kind="quiet" onClick={() => void remove()}>
              {t("voice.delete")}
            </Button>
          )}
          <Button kind={first ? "primary" : "plain"} onClick={() => void fetch()}>
            {t(partly ? "voice.goOn" : "voice.download")}
          </Button>
        </>
      )}
    </li>
  );
}
