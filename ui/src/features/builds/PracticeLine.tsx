import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call, client, commands, type LocalServer, queries } from "../../backend";
import { useDesk } from "../../desk";
import { Button } from "../../shared/Button";
import { Notice, sentence } from "../../shared/Notice";
import { t } from "../../words";

/** Which model will build; with none connected, what the practice model is, and the way to a real one. */
export function PracticeLine() {
  const settings = useQuery(queries.settings());
  const practice = settings.data?.default_model === "practice";
  const servers = useQuery({ ...queries.localServers(), enabled: practice });
  const [error, setError] = useState<string | null>(null);
  const go = useDesk((desk) => desk.go);
  if (!settings.data) return null;
  if (!practice) {
    const name = settings.data.models.find((model) => model.id === settings.data.default_model)?.name ?? "";
    return <p className="pt-5 text-center text-second">{t("first.model", { name })}</p>;
  }
  const use = async (server: LocalServer) => {
    try {
      const model = server.models[0] ?? "";
      const saved = await call(
        commands.saveModel({
          id: null,
          name: t("setup.localName", { model }),
          kind: server.kind,
          base_url: server.base_url,
          model,
          key: null,
          tools: null,
          price: null,
        }),
      );
      client.setQueryData(queries.settings().queryKey, saved);
    } catch (failure) {
      setError(sentence(failure));
    }
  };
  return (
    <div className="pt-5">
      <div className="flex flex-wrap items-center justify-center gap-x-3 gap-y-2 text-second">
        <span aria-hidden className="size-2 rounded-full bg-waiting" />
        <span>{t("first.practice")}</span>
        {servers.data?.map((server) => (
          <Button key={server.base_url} onClick={() => void use(server)}>
            {t("first.useLocal", { name: server.name })}
          </Button>
        ))}
        <Button
          kind="quiet"
          onClick={() => go({ view: "settings", section: "models", connecting: { forBuild: null } })}
        >
          {t("first.connect")}
        </Button>
      </div>
      {error && (
        <div className="pt-3">
          <Notice onDismiss={() => setError(null)}>{error}</Notice>
        </div>
      )}
    </div>
  );
}
