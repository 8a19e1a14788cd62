import "@git-diff-view/react/styles/diff-view-pure.css";
import { DiffModeEnum, DiffView } from "@git-diff-view/react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type FileDiff, queries } from "../../backend";
import { Empty } from "../../shared/Empty";
import { Notice, sentence } from "../../shared/Notice";
import { t } from "../../words";
import { OpenFile } from "../desktop/OpenIn";

const MARK: Record<FileDiff["status"], string> = { added: "A", modified: "M", deleted: "D", renamed: "R" };

/** Every file that the build touched, and how. Only the chosen file's diff is drawn. */
export function ChangesTab({ id }: { id: string }) {
  const changes = useQuery(queries.changes(id));
  const [chosen, setChosen] = useState<string | null>(null);
  const [split, setSplit] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const files = changes.data ?? [];
  if (changes.isError) {
    return (
      <div className="p-6">
        <Notice>{sentence(changes.error)}</Notice>
      </div>
    );
  }
  if (changes.data && files.length === 0) return <Empty title={t("changes.none")}>{t("changes.noneText")}</Empty>;
  const file = files.find((each) => each.path === chosen) ?? files[0];
  return (
    <div className="flex h-full">
      <div className="flex w-[232px] shrink-0 flex-col overflow-y-auto border-line border-r py-3">
        <p className="px-4 pb-2 text-small text-third">
          {t("changes.summary", { count: files.length })}{" "}
          <span className="text-passed">+{files.reduce((sum, each) => sum + each.insertions, 0)}</span>{" "}
          <span className="text-failed">−{files.reduce((sum, each) => sum + each.deletions, 0)}</span>
        </p>
        <ul>
          {files.map((each) => (
            <li key={each.path} className="px-2">
              <button
                type="button"
                data-testid="change-file"
                aria-current={each === file ? "true" : undefined}
                title={each.path}
                onClick={() => setChosen(each.path)}
                className="flex h-7 w-full items-center gap-2 rounded-control px-2 text-left hover:bg-faint aria-[current]:bg-faint"
              >
                <abbr
                  title={t(`changes.status_${each.status}`)}
                  className={`w-3 font-mono text-small no-underline ${each.status === "added" ? "text-passed" : each.status === "deleted" ? "text-failed" : "text-waiting"}`}
                >
                  {MARK[each.status]}
                </abbr>
                <span className="min-w-0 flex-1 truncate [direction:rtl]">
                  <bdi>{each.path}</bdi>
                </span>
              </button>
            </li>
          ))}
        </ul>
      </div>
      <div className="flex min-w-0 flex-1 flex-col">
        {file && (
          <>
            <div className="flex h-10 shrink-0 items-center gap-2 border-line border-b px-4">
              <h2 data-selectable className="min-w-0 flex-1 truncate font-mono text-small">
                {file.old_path && file.old_path !== file.path ? `${file.old_path} → ${file.path}` : file.path}
              </h2>
              {file.status !== "deleted" && <OpenFile id={id} path={file.path} onTrouble={setTrouble} />}
              <div className="flex rounded-control border border-line p-0.5">
                {[false, true].map((each) => (
                  <button
                    key={String(each)}
                    type="button"
                    aria-pressed={split === each}
                    onClick={() => setSplit(each)}
                    className="h-5 rounded-[5px] px-2 text-second text-small aria-pressed:bg-faint aria-pressed:text-ink"
                  >
                    {each ? t("changes.split") : t("changes.unified")}
                  </button>
                ))}
              </div>
            </div>
            {trouble && (
              <div className="px-4 py-2">
                <Notice onDismiss={() => setTrouble(null)}>{trouble}</Notice>
              </div>
            )}
            <div data-selectable className="min-h-0 flex-1 overflow-auto">
              <Diff key={`${file.path}${split}`} file={file} split={split} />
            </div>
          </>
        )}
      </div>
    </div>
  );
}

function Diff({ file, split }: { file: FileDiff; split: boolean }) {
  if (file.binary) return <p className="p-4 text-third">{t("changes.binary")}</p>;
  if (file.truncated) {
    return (
      <div className="p-4">
        <p className="pb-2 text-third">{t("changes.truncated")}</p>
        <pre className="font-mono text-small">{file.patch}</pre>
      </div>
    );
  }
  const dark = document.documentElement.dataset.theme === "dark";
  return (
    <DiffView
      data={{
        oldFile: { fileName: file.old_path ?? file.path },
        newFile: { fileName: file.path },
        hunks: [file.patch],
      }}
      diffViewMode={split ? DiffModeEnum.Split : DiffModeEnum.Unified}
      diffViewTheme={dark ? "dark" : "light"}
      diffViewFontSize={12}
      diffViewHighlight
      diffViewWrap
    />
  );
}
