import { useQuery } from "@tanstack/react-query";
import { ArrowUpRight } from "lucide-react";
import { call, commands, queries } from "../../backend";
import { useDesk } from "../../desk";
import { t } from "../../words";

/** A quiet line, while a newer version is known. */
export function NewerVersion() {
  const update = useQuery(queries.update());
  const go = useDesk((desk) => desk.go);
  const newer = update.data?.newer;
  if (!newer) return null;
  const settings = () => go({ view: "settings", section: "desktop" });
  const { url } = newer;
  const open = () => (url ? void call(commands.openLink(url)).catch(settings) : settings());
  return (
    <button
      type="button"
      data-testid="newer-version"
      title={url ?? undefined}
      onClick={open}
      className="flex h-8 items-center gap-2 px-4 text-left text-second text-small hover:text-ink"
    >
      <ArrowUpRight size={15} aria-hidden />
      {t("desktop.newer", { version: newer.version })}
    </button>
  );
}
