import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call, client, commands, queries, type Settings, type SpeechCandidate, type SpeechCheck } from "../../backend";
import { Button } from "../../shared/Button";
import { Notice, sentence } from "../../shared/Notice";
import { t } from "../../words";
import { Checked } from "./Checked";

/** A server that turns speech into words: where it is, the model, the key. It is tried before it is used. */
export function SpeechServerForm({ settings, onUsed }: { settings: Settings; onUsed: () => void }) {
  const { server } = settings.voice;
  const storage = useQuery(queries.keyStorage());
  const [baseUrl, setBaseUrl] = useState(server.base_url);
  const [model, setModel] = useState(server.model);
  const [key, setKey] = useState("");
  const [busy, setBusy] = useState(false);
  const [check, setCheck] = useState<SpeechCheck | null>(null);
  const [error, setError] = useState<string | null>(null);
  const use = async ({ untried = false } = {}) => {
    setBusy(true);
    setError(null);
    setCheck(null);
    const candidate: SpeechCandidate = {
      kind: "server",
      draft: { base_url: baseUrl, model, key: key === "" ? null : key },
    };
    try {
      if (!untried) {
        const seen = await call(commands.tryRecogniser(candidate));
        setCheck(seen);
        if (seen.problem) return;
      }
      const used = await call(commands.useRecogniser(candidate));
      client.setQueryData(queries.settings().queryKey, used);
      setBaseUrl(used.voice.server.base_url);
      setModel(used.voice.server.model);
      setKey("");
      onUsed();
    } catch (failure) {
      setError(sentence(failure));
    } finally {
      setBusy(false);
    }
  };
  const remove = async () => {
    setError(null);
    setCheck(null);
    try {
      client.setQueryData(queries.settings().queryKey, await call(commands.removeSpeechServer()));
      setBaseUrl("");
      setModel("");
      setKey("");
    } catch (failure) {
      setError(sentence(failure));
    }
  };
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void use();
      }}
    >
      <Field label={t("setup.url")}>
        <input
          data-testid="speech-url"
          placeholder="http://127.0.0.1:8000/v1/"
          value={baseUrl}
          onChange={(event) => setBaseUrl(event.target.value)}
          className={INPUT}
        />
      </Field>
      <Field label={t("setup.model")}>
        <input
          data-testid="speech-model"
          placeholder="whisper-1"
          value={model}
          onChange={(event) => setModel(event.target.value)}
          className={INPUT}
        />
      </Field>
      <Field label={t("setup.key")}>
        <input
          type="password"
          autoComplete="off"
          data-testid="speech-key"
          placeholder={t(server.has_key ? "setup.keyKept" : "setup.keyHint")}
          value={key}
          onChange={(event) => setKey(event.target.value)}
          className={INPUT}
        />
      </Field>
      <p className="text-small text-third">
        {t("voice.serverPrivacy")} {t(storage.data?.kind === "session_only" ? "setup.noKeyring" : "setup.keyring")}
      </p>
      {check && <Checked check={check} />}
      {error && <Notice onDismiss={() => setError(null)}>{error}</Notice>}
      <div className="flex flex-wrap gap-2">
        <Button kind="primary" type="submit" data-testid="speech-use" disabled={busy || baseUrl.trim() === ""}>
          {t(busy ? "setup.checking" : "voice.testAndUse")}
        </Button>
        {check?.problem && <Button onClick={() => void use({ untried: true })}>{t("voice.useAllTheSame")}</Button>}
        {server.base_url !== "" && (
          <Button kind="quiet" onClick={() => void remove()}>
            {t("setup.remove")}
          </Button>
        )}
      </div>
    </form>
  );
}

const INPUT = "h-7 w-full rounded-control border border-line bg-panel px-2";

function Field({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child.
    <label className="grid grid-cols-[72px_1fr] items-center">
      <span className="text-second">{label}</span>
      {children}
    </label>
  );
}
