import { useQuery } from "@tanstack/react-query";
import { CheckCircle2, CircleAlert } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import {
  type ConnectionKind,
  call,
  client,
  commands,
  type ModelCheck,
  type ModelDraft,
  type ModelList,
  type ModelSetting,
  queries,
  type Settings,
} from "../../backend";
import { Button } from "../../shared/Button";
import { Notice, sentence } from "../../shared/Notice";
import { Select } from "../../shared/Select";
import { exactSpan } from "../../shared/time";
import { t } from "../../words";

/** Connecting a model: whom it is from, the key, which one. Connecting tests it; the key is never read back into the window. */
export function ModelForm({
  known,
  onSaved,
  onClose,
}: {
  known: ModelSetting | null;
  /** Saved, and whether it answered before. */
  onSaved: (model: ModelSetting, answered: boolean) => void;
  onClose: () => void;
}) {
  const kinds = useQuery(queries.connectionKinds());
  const storage = useQuery(queries.keyStorage());
  const [kind, setKind] = useState<ConnectionKind>(known?.kind ?? "anthropic");
  const [name, setName] = useState(known && known.name !== known.model ? known.name : "");
  const [baseUrl, setBaseUrl] = useState(known?.base_url ?? "");
  const [model, setModel] = useState(known?.model ?? "");
  const [key, setKey] = useState("");
  const [input, setInput] = useState(figure(known?.price?.input));
  const [output, setOutput] = useState(figure(known?.price?.output));
  const [offer, setOffer] = useState<ModelList | null>(null);
  const [check, setCheck] = useState<ModelCheck | null>(null);
  const [busy, setBusy] = useState<"listing" | "testing" | null>(null);
  const [error, setError] = useState<string | null>(null);
  const offered = useId();
  const info = kinds.data?.find((each) => each.kind === kind);
  const draft: ModelDraft = {
    id: known?.id ?? null,
    name,
    kind,
    base_url: baseUrl,
    model,
    key: key === "" ? null : key,
    tools: check?.tools ?? null,
    price: input.trim() === "" || output.trim() === "" ? null : { input: Number(input), output: Number(output) },
  };
  const unlisted = offer?.problem ? sentence(offer.problem) : null;
  const attempt = async (what: "listing" | "testing", work: () => Promise<void>) => {
    setBusy(what);
    setError(null);
    try {
      await work();
    } catch (failure) {
      setError(sentence(failure));
    } finally {
      setBusy(null);
    }
  };
  const keep = async (tested: ModelDraft, answered: boolean) => {
    const saved = await call(commands.saveModel(tested));
    const before = client.getQueryData<Settings>(queries.settings().queryKey)?.models ?? [];
    client.setQueryData(queries.settings().queryKey, saved);
    onClose();
    const model = saved.models.find(({ id }) => (known ? id === known.id : before.every((each) => each.id !== id)));
    if (model) onSaved(model, answered);
  };
  const connect = () =>
    attempt("testing", async () => {
      const seen = await call(commands.checkModel(draft));
      setCheck(seen);
      if (seen.ok) await keep({ ...draft, tools: seen.tools }, true);
    });
  const test = () => attempt("testing", async () => setCheck(await call(commands.checkModel(draft))));
  const reachable = info !== undefined && (info.usual_address !== null || baseUrl.trim() !== "");
  const list = () => {
    if (!reachable || (info.needs_key && key === "" && !known?.has_key)) return;
    void attempt("listing", async () => setOffer(await call(commands.listModels(draft))));
  };
  /** What was found out holds for what was typed. */
  const typed = <T,>(set: (value: T) => void) => {
    return (value: T) => {
      set(value);
      setCheck(null);
      setError(null);
    };
  };
  return (
    <form
      className="card flex flex-col gap-3 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        void connect();
      }}
    >
      <Field label={t("setup.provider")}>
        <Select
          autoFocus
          data-testid="model-kind"
          aria-label={t("setup.provider")}
          value={kind}
          onChange={(event) => {
            typed(setKind)(event.target.value as ConnectionKind);
            setOffer(null);
            setBaseUrl("");
          }}
          className="w-full"
        >
          {kinds.data?.map((each) => (
            <option key={each.kind} value={each.kind}>
              {each.title}
            </option>
          ))}
        </Select>
      </Field>
      <Field label={t("setup.url")}>
        <input
          data-testid="model-base-url"
          aria-label={t("setup.url")}
          placeholder={info?.usual_address ?? t("setup.urlHint")}
          value={baseUrl}
          onChange={(event) => typed(setBaseUrl)(event.target.value)}
          onBlur={list}
          className={INPUT}
        />
      </Field>
      <Field label={t("setup.key")}>
        <input
          type="password"
          autoComplete="off"
          data-testid="model-key"
          aria-label={t("setup.key")}
          placeholder={known?.has_key ? t("setup.keyKept") : t(info?.needs_key ? "setup.keyNeeded" : "setup.keyHint")}
          value={key}
          onChange={(event) => typed(setKey)(event.target.value)}
          onBlur={list}
          className={INPUT}
        />
      </Field>
      <Field label={t("setup.model")}>
        <input
          data-testid="model-model"
          aria-label={t("setup.model")}
          placeholder={offer?.models[0] ?? t("setup.modelHint")}
          list={offered}
          value={model}
          onFocus={() => offer === null && list()}
          onChange={(event) => typed(setModel)(event.target.value)}
          className={INPUT}
        />
        <datalist id={offered}>
          {offer?.models.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
        {/* Its place is kept, so that nothing moves under a click that made it appear. */}
        <p
          role="status"
          title={unlisted ?? ""}
          className={`h-5 truncate pt-1 text-small ${unlisted ? "text-failed" : "text-third"}`}
        >
          {busy === "listing"
            ? t("setup.listing")
            : (unlisted ?? (offer ? t("setup.offers", { count: offer.models.length }) : ""))}
        </p>
      </Field>
      <Field label={t("setup.name")}>
        <input
          data-testid="model-name"
          aria-label={t("setup.name")}
          placeholder={model || t("setup.nameHint")}
          value={name}
          onChange={(event) => setName(event.target.value)}
          className={INPUT}
        />
      </Field>
      <Field label={t("setup.price")}>
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <Dollars label={t("setup.priceIn")} value={input} onChange={setInput} />
          <Dollars label={t("setup.priceOut")} value={output} onChange={setOutput} />
          <span className="text-small text-third">{t("setup.priceHint")}</span>
        </div>
      </Field>
      <p className="text-small text-third">
        {t(storage.data?.kind === "session_only" ? "setup.noKeyring" : "setup.keyring")}
      </p>
      {check && <Findings check={check} />}
      {error && <Notice onDismiss={() => setError(null)}>{error}</Notice>}
      <div className="flex flex-wrap gap-2">
        <Button
          kind="primary"
          type="submit"
          data-testid="model-save"
          disabled={busy === "testing" || model.trim() === ""}
        >
          {t(busy === "testing" ? "setup.checking" : known ? "setup.testAndSave" : "setup.connect")}
        </Button>
        {check && !check.ok ? (
          <Button data-testid="model-save-anyway" onClick={() => void attempt("testing", () => keep(draft, false))}>
            {t("setup.saveAnyway")}
          </Button>
        ) : (
          <Button disabled={busy === "testing" || model.trim() === ""} onClick={() => void test()}>
            {t("setup.check")}
          </Button>
        )}
        <Button kind="quiet" onClick={onClose}>
          {t("cancel")}
        </Button>
      </div>
    </form>
  );
}

/** What one real call showed: what works, and what does not. */
function Findings({ check }: { check: ModelCheck }) {
  return (
    <div role="status" data-testid="model-check" className="flex flex-col gap-1.5">
      <p className={check.ok ? "text-second" : "text-failed"}>
        {check.problem ? sentence(check.problem) : t("setup.answered", { time: exactSpan(check.answered_ms ?? 0) })}
      </p>
      <ul className="flex flex-col gap-1">
        {check.findings.map((finding) => (
          <li key={finding.what} className="flex items-start gap-2">
            {finding.ok ? (
              <CheckCircle2 size={14} aria-hidden className="mt-[3px] shrink-0 text-passed" />
            ) : (
              <CircleAlert size={14} aria-hidden className="mt-[3px] shrink-0 text-waiting" />
            )}
            <span className="min-w-0">
              {t(finding.ok ? `setup.can_${finding.what}` : `setup.cannot_${finding.what}`)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A price as it is typed; empty where the person gave none. */
function figure(price: number | null | undefined): string {
  return price === null || price === undefined ? "" : `${price}`;
}

function Dollars({ label, value, onChange }: { label: string; value: string; onChange: (value: string) => void }) {
  return (
    <label className="flex items-center gap-1.5">
      <span className="text-second">{label}</span>
      <input
        type="number"
        min={0}
        step="any"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-7 w-[84px] rounded-control border border-line bg-panel px-2 text-right"
      />
    </label>
  );
}

const INPUT = "h-7 w-full rounded-control border border-line bg-panel px-2";

function Field({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[96px_1fr] items-start">
      <span className="pt-1 text-second">{label}</span>
      <div className="min-w-0">{children}</div>
    </div>
  );
}
