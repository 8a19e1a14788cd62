import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type BuildSummary, call, commands, queries } from "../../backend";
import { useDesk } from "../../desk";
import { useAction } from "../../shared/actions";
import { Button } from "../../shared/Button";
import { forget } from "../../shared/Done";
import { Empty } from "../../shared/Empty";
import { Notice, sentence } from "../../shared/Notice";
import { day } from "../../shared/time";
import { t } from "../../words";
import { ShowList } from "../builds/ShowList";
import { DeleteDialog } from "./DeleteDialog";
import { restore } from "./trash";

/** What was thrown away: to be read, brought back, or deleted for good. */
export function TrashPage() {
  const trash = useQuery(queries.trash());
  const go = useDesk((desk) => desk.go);
  const [asked, setAsked] = useState<BuildSummary | "all" | null>(null);
  const [error, setError] = useState<string | null>(null);
  const builds = trash.data ?? [];
  const attempt = (work: Promise<void>) => void work.catch((failure) => setError(sentence(failure)));
  const some = builds.length > 0;
  useAction({ id: "empty_trash", run: () => setAsked("all") }, { enabled: some });
  const remove = async () => {
    if (asked === "all") await call(commands.emptyTrash());
    else if (asked) await call(commands.deleteForGood(asked.workflow_id));
    forget();
  };
  return (
    <main className="flex min-h-0 flex-1 flex-col overflow-y-auto">
      <ShowList className="m-3 self-start" />
      {(trash.isError || error) && (
        <div className="mx-auto w-full max-w-[680px] px-6 pt-6">
          <Notice onDismiss={() => setError(null)}>{error ?? sentence(trash.error)}</Notice>
        </div>
      )}
      {trash.data && !some && (
        <Empty
          title={t("trash.none")}
          action={
            <Button data-testid="trash-new" onClick={() => go({ view: "new" })}>
              {t("newBuild")}
            </Button>
          }
        >
          {t("trash.noneText")}
        </Empty>
      )}
      {some && (
        <div className="mx-auto flex w-full max-w-[680px] flex-col gap-5 px-6 py-9">
          <div className="flex items-end gap-4">
            <div className="min-w-0 flex-1">
              <h1 className="font-semibold text-big tracking-[-0.02em]">{t("trash.title")}</h1>
              <p className="text-second">{t("trash.text")}</p>
            </div>
            <Button data-testid="empty-trash" onClick={() => setAsked("all")}>
              {t("trash.emptyAll")}
            </Button>
          </div>
          <ul className="card divide-y divide-line">
            {builds.map((build) => (
              <Row
                key={build.workflow_id}
                build={build}
                onRestore={() => attempt(restore(build.workflow_id))}
                onDelete={() => setAsked(build)}
              />
            ))}
          </ul>
        </div>
      )}
      {asked && (
        <DeleteDialog
          title={asked === "all" ? t("trash.emptyTitle") : t("trash.deleteTitle", { title: asked.title })}
          text={t("trash.deleteText", { count: asked === "all" ? builds.length : 1 })}
          confirm={asked === "all" ? t("trash.emptyNow") : t("trash.deleteNow")}
          onClose={() => setAsked(null)}
          onDelete={remove}
        />
      )}
    </main>
  );
}

type RowProps = { build: BuildSummary; onRestore: () => void; onDelete: () => void };

function Row({ build, onRestore, onDelete }: RowProps) {
  const openBuild = useDesk((desk) => desk.openBuild);
  return (
    <li data-testid={`trash-row-${build.workflow_id}`} className="flex items-center gap-2 px-4 py-2.5">
      <div className="min-w-0 flex-1">
        <button
          type="button"
          title={build.title}
          onClick={() => openBuild(build.workflow_id)}
          className="block max-w-full truncate rounded-control font-medium hover:underline"
        >
          {build.title}
        </button>
        <p className="truncate text-small text-third" title={build.project.path}>
          {t("trash.since", { project: build.project.name, day: day(build.trashed_at ?? build.changed_at) })}
        </p>
      </div>
      <Button
        data-testid="restore-build"
        aria-label={t("trash.restoreOne", { title: build.title })}
        onClick={onRestore}
      >
        {t("trash.restore")}
      </Button>
      <Button
        kind="quiet"
        data-testid="delete-for-good"
        aria-label={t("trash.deleteOne", { title: build.title })}
        onClick={onDelete}
      >
        {t("trash.delete")}
      </Button>
    </li>
  );
}
