import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import {
  call,
  client,
  commands,
  fetchSpeechModel,
  queries,
  type Settings,
  type SpeechCandidate,
  type SpeechCheck,
  type SpeechModel,
} from "../../backend";
import { Button } from "../../shared/Button";
import { Notice, sentence } from "../../shared/Notice";
import { said, t } from "../../words";
import { Checked } from "./Checked";
import { inMegabytes, useDownloads } from "./downloads";

/** The model to begin with: understands most, and is here in a minute. */
const FIRST = "base";

/** Whisper on this machine: which model, and getting it here. */
export function WhisperModels({ settings, onUsed }: { settings: Settings; onUsed: () => void }) {
  const status = useQuery(queries.voice());
  const [error, setError] = useState<string | null>(null);
  const [check, setCheck] = useState<SpeechCheck | null>(null);
  const [trying, setTrying] = useState(false);
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
  const use = (candidate: SpeechCandidate) =>
    attempt(async () => {
      setTrying(true);
      try {
        const seen = await call(commands.tryRecogniser(candidate));
        setCheck(seen);
        if (seen.problem) return;
        client.setQueryData(queries.settings().queryKey, await call(commands.useRecogniser(candidate)));
        onUsed();
      } finally {
        setTrying(false);
      }
    });
  const choose = () =>
    attempt(async () => {
      const file = await call(commands.chooseSpeechFile());
      if (file) await use({ kind: "file", path: file });
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
            onUse={() => void use({ kind: "model", id: model.id })}
            first={model.id === FIRST && !status.data.models.some((each) => each.ready || each.fetching)}
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
      {trying && (
        <p role="status" className="text-second">
          {t("setup.checking")}
        </p>
      )}
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
}: {
  model: SpeechModel;
  used: boolean;
  /** The one to begin with. */
  first: boolean;
  onUse: () => void;
}) {
  const here = useDownloads((downloads) => downloads.here[model.id]) ?? model.here_kb;
  const fetching = useDownloads((downloads) => model.id in downloads.here) || model.fetching;
  const problem = useDownloads((downloads) => downloads.problems[model.id]);
  const fetch = async () => {
    useDownloads.getState().at(model.id, model.here_kb);
    const ended = (problem: string | null) => {
      useDownloads.getState().end(model.id, problem);
      void client.invalidateQueries({ queryKey: queries.voice().queryKey });
    };
    try {
      await fetchSpeechModel(model.id, (fetched) => {
        if (fetched.kind === "here") useDownloads.getState().at(model.id, fetched.kb);
        else {
          ended(fetched.kind === "ended" && fetched.problem ? sentence(fetched.problem) : null);
          if (fetched.kind === "ready" && client.getQueryData(queries.settings().queryKey)?.voice.by === "nobody")
            onUse();
        }
      });
    } catch (failure) {
      ended(sentence(failure));
    }
  };
  const remove = async () => {
    const failed = (failure: unknown) => useDownloads.getState().end(model.id, sentence(failure));
    await call(commands.deleteSpeechModel(model.id)).catch(failed);
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
            : `${inMegabytes(model.size_kb)} · ${said(`voice.about_${model.id}`) ?? ""}`}
        </p>
        {fetching && (
          <progress
            aria-label={t("voice.downloading", { name: model.title })}
            value={here}
            max={model.size_kb}
            className="mt-1 block h-1 w-full accent-(--primary)"
          />
        )}
        {problem && (
          <p role="alert" className="pt-0.5 text-failed">
            {problem}
          </p>
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
