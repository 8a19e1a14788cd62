import { type ReactNode, useEffect, useState } from "react";
import { call, client, commands, type ModelSetting, queries, type Settings } from "../../backend";
import { type Connecting, useDesk } from "../../desk";
import { Button } from "../../shared/Button";
import { tell } from "../../shared/Done";
import { sentence } from "../../shared/Notice";
import { t } from "../../words";
import { ModelForm } from "./ModelForm";
import { Section } from "./parts";

type Props = {
  settings: Settings;
  /** Somebody came to connect one. */
  connecting?: Connecting | undefined;
  onDefault: (id: string) => void;
  onError: (sentence: string) => void;
};

export function Models({ settings, connecting, onDefault, onError }: Props) {
  const [editing, setEditing] = useState<ModelSetting | "new" | null>(null);
  useEffect(() => {
    if (connecting) setEditing("new");
  }, [connecting]);
  const close = () => {
    setEditing(null);
    // Whoever comes back later did not come to connect one.
    if (connecting) useDesk.getState().go({ view: "settings", section: "models" });
  };
  const remove = (id: string) =>
    void call(commands.removeModel(id))
      .then((saved) => client.setQueryData(queries.settings().queryKey, saved))
      .catch((failure) => onError(sentence(failure)));
  return (
    <Section id="models" title={t("setup.models")} text={t("setup.modelsText")}>
      <ul data-testid="default-model" data-model={settings.default_model} className="card divide-y divide-line">
        <Row
          name={t("setup.practice")}
          text={t("setup.practiceText")}
          used={settings.default_model === "practice"}
          onUse={() => onDefault("practice")}
        />
        {settings.models.map((model) => (
          <Row
            key={model.id}
            name={model.name}
            text={`${model.name === model.model ? "" : `${model.model} · `}${host(model.base_url)}`}
            used={settings.default_model === model.id}
            onUse={() => onDefault(model.id)}
          >
            <Button kind="quiet" onClick={() => setEditing(model)}>
              {t("setup.edit")}
            </Button>
            <Button kind="quiet" onClick={() => remove(model.id)}>
              {t("setup.remove")}
            </Button>
          </Row>
        ))}
      </ul>
      <div className="pt-3">
        {editing === null ? (
          <Button data-testid="model-add" onClick={() => setEditing("new")}>
            {t("setup.add")}
          </Button>
        ) : (
          <ModelForm
            known={editing === "new" ? null : editing}
            onSaved={(model, answered) =>
              editing === "new" && sayWhatFollows(model, answered, connecting?.forBuild ?? null)
            }
            onClose={close}
          />
        )}
      </div>
    </Section>
  );
}

/** A model is there: the way on to what it was wanted for. */
function sayWhatFollows(model: ModelSetting, answered: boolean, forBuild: string | null) {
  const { go, openBuild } = useDesk.getState();
  const goOn = async (build: string) => {
    openBuild(build);
    await call(commands.useModel(build, model.id));
  };
  if (!answered) return tell({ text: t("setup.savedUntested", { name: model.name }) });
  tell({
    text: t("setup.connected", { name: model.name }),
    action: forBuild
      ? { label: t("setup.goOnWithBuild"), run: () => goOn(forBuild) }
      : { label: t("newBuild"), run: async () => go({ view: "new" }) },
  });
}

/** Where it is, without what every address has. */
function host(address: string): string {
  return address.replace(/^https?:\/\/|\/$/g, "");
}

function Row({
  name,
  text,
  used,
  onUse,
  children,
}: {
  name: string;
  text: string;
  used: boolean;
  onUse: () => void;
  children?: ReactNode;
}) {
  return (
    <li className="flex items-center gap-2 px-4 py-2.5">
      <div className="min-w-0 flex-1">
        <p className="font-medium">{name}</p>
        <p className="truncate text-second" title={text}>
          {text}
        </p>
      </div>
      {children}
      {used ? (
        <span className="px-3 text-passed">{t("setup.default")}</span>
      ) : (
        <Button onClick={onUse}>{t("setup.use")}</Button>
      )}
    </li>
  );
}
