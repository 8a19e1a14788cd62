import { ArrowUpRight, Radio } from "lucide-react";
import { useState } from "react";
import { type BuildDetail, call, commands } from "../../backend";
import { useDesk } from "../../desk";
import { Button } from "../../shared/Button";
import { CopyButton } from "../../shared/CopyButton";
import { Notice, sentence } from "../../shared/Notice";
import { t } from "../../words";

/** "Your build is live!", with the link that answered the probe. */
export function LiveCard({ build, full = false }: { build: BuildDetail; full?: boolean }) {
  const id = build.summary.workflow_id;
  const [error, setError] = useState<string | null>(null);
  const openBuild = useDesk((desk) => desk.openBuild);
  const release = build.release;
  if (!release) return null;
  const attempt = (work: Promise<unknown>) => void work.catch((failure) => setError(sentence(failure)));
  const { url } = release;
  const trashed = build.summary.trashed_at !== null;
  const title = t(trashed ? "complete.titleTrashed" : "complete.title");
  return (
    <section data-testid="complete-page" aria-label={title} className="card lifted overflow-hidden">
      <div className={`px-5 py-4 ${trashed ? "bg-faint" : "bg-passed-bg"}`}>
        <h2 className={`flex items-center gap-2.5 font-semibold text-read ${trashed ? "text-second" : "text-passed"}`}>
          <Radio size={16} aria-hidden />
          {title}
        </h2>
      </div>
      <div className="px-5 py-4">
        {url ? (
          <p className="flex items-center gap-1">
            <button
              type="button"
              data-testid="live-link"
              data-url={url}
              onClick={() => attempt(call(commands.openLink(url)))}
              className="cursor-pointer font-mono text-code-writer text-read underline underline-offset-2"
            >
              {url}
            </button>
            <CopyButton text={() => url} />
          </p>
        ) : (
          <p className="text-read">{t(trashed ? "complete.trashed" : "complete.notServed")}</p>
        )}
        <p data-selectable className="pt-1 text-second">
          {url && <>{t("complete.probe", { probe: release.probe })} · </>}
          {t("complete.merged", { onto: release.onto, commit: release.merged_commit.slice(0, 7), tag: release.tag })}
        </p>
        {error && (
          <div className="pt-3">
            <Notice onDismiss={() => setError(null)}>{error}</Notice>
          </div>
        )}
        <div className="flex flex-wrap gap-2 pt-4">
          {url && (
            <Button kind="primary" onClick={() => attempt(call(commands.openLink(url)))}>
              {t("complete.open")}
              <ArrowUpRight size={14} aria-hidden />
            </Button>
          )}
          <Button
            kind={url ? "plain" : "primary"}
            onClick={() => attempt(call(commands.openIn(id, "file_manager", null)))}
          >
            {t("complete.openFolder")}
          </Button>
          {!full && (
            <Button kind="quiet" onClick={() => openBuild(id, "release")}>
              {t("complete.built")}
            </Button>
          )}
        </div>
      </div>
    </section>
  );
}
