import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import { call, client, commands, type ModelCheck, type ModelDraft, type ModelSetting, queries } from "../../backend";
import { Button } from "../../shared/Button";
import { Notice, sentence } from "../../shared/Notice";
import { t } from "../../words";

/** Connecting a model. The key goes to the keyring and is never read back into the window. */
export function ModelForm({ known, onClose }: { known: ModelSetting | null; onClose: () => void }) {
  const [name, setName] = useState(known?.name ?? "");
  const [baseUrl, setBaseUrl] = useState(known?.base_url ?? "");
  const [model, setModel] = useState(known?.model ?? "");
  const [key, setKey] = useState("");
  const [check, setCheck] = useState<ModelCheck | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const storage = useQuery(queries.keyStorage());
  const offered = useId();
  const draft: ModelDraft = { id: known?.id ?? null, name, base_url: baseUrl, model, key: key === "" ? null : key };
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (failure) {
      setError(sentence(failure));
    } finally {
      setBusy(false);
    }
  };
  const save = () =>
    attempt(async () => {
      const saved = await call(commands.saveModel(draft));
      client.setQueryData(queries.settings().queryKey, saved);
      onClose();
    });
  const test = () => attempt(async () => setCheck(await call(commands.checkModel(draft))));
  return (
    <form
      className="card flex flex-col gap-3 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Field label={t("setup.url")}>
        <input
          // biome-ignore lint/a11y/noAutofocus: it appears because the person asked for it
          autoFocus
          data-testid="model-base-url"
          aria-label={t("setup.url")}
          placeholder={t("setup.urlHint")}
          value={baseUrl}
          onChange={(event) => setBaseUrl(event.target.value)}
          className={INPUT}
        />
      </Field>
      <Field label={t("setup.model")}>
        <input
          data-testid="model-model"
          aria-label={t("setup.model")}
          placeholder={t("setup.modelHint")}
          list={offered}
          value={model}
          onChange={(event) => setModel(event.target.value)}
          className={INPUT}
        />
        <datalist id={offered}>
          {check?.models.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      </Field>
      <Field label={t("setup.key")}>
        <input
          type="password"
          autoComplete="off"
          data-testid="model-key"
          aria-label={t("setup.key")}
          placeholder={known?.has_key ? t("setup.keyKept") : t("setup.keyHint")}
          value={key}
          onChange={(event) => setKey(event.target.value)}
          className={INPUT}
        />
      </Field>
      <Field label={t("setup.name")}>
        <input
          data-testid="model-name"
          aria-label={t("setup.name")}
          placeholder={t("setup.nameHint")}
          value={name}
          onChange={(event) => setName(event.target.value)}
          className={INPUT}
        />
      </Field>
      <p className="text-small text-third">
        {storage.data?.kind === "session_only" ? storage.data.why : t("setup.keyring")}
      </p>
      {check && <p className={check.ok ? "text-passed" : "text-failed"}>{check.detail}</p>}
      {error && <Notice onDismiss={() => setError(null)}>{error}</Notice>}
      <div className="flex gap-2">
        <Button kind="primary" type="submit" data-testid="model-save" disabled={busy}>
          {t("save")}
        </Button>
        <Button disabled={busy || baseUrl === ""} onClick={() => void test()}>
          {busy ? t("setup.checking") : t("setup.check")}
        </Button>
        <Button kind="quiet" onClick={onClose}>
          {t("cancel")}
        </Button>
      </div>
    </form>
  );
}

const INPUT = "h-7 w-full rounded-control border border-line bg-panel px-2";

function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[96px_1fr] items-center">
      <span className="text-second">{label}</span>
      <div>{children}</div>
    </div>
  );
}
