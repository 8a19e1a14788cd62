import { useEffect, useRef, useState } from "react";
import { type BuildDetail, call, client, commands, queries } from "../../backend";
import { useDesk } from "../../desk";
import { Button } from "../../shared/Button";
import { Notice, sentence } from "../../shared/Notice";
import { TextArea } from "../../shared/TextArea";
import { useDraft } from "../../shared/useDraft";
import { t } from "../../words";

/** The next build in the same project: what should be different is its brief. */
export function ChangeSomething({ build, onClose }: { build: BuildDetail; onClose: () => void }) {
  const { project, workflow_id } = build.summary;
  const [brief, setBrief, clear] = useDraft(`change-${workflow_id}`);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const openBuild = useDesk((desk) => desk.openBuild);
  // The same click twice is one build.
  const key = useRef(crypto.randomUUID());
  const start = async () => {
    setBusy(true);
    setError(null);
    try {
      const folder = { kind: "folder", path: project.path } as const;
      const next = await call(commands.startBuild(brief, folder, [], [], key.current));
      clear();
      client.setQueryData(queries.build(next.summary.workflow_id).queryKey, next);
      void client.invalidateQueries({ queryKey: ["builds"] });
      openBuild(next.summary.workflow_id);
    } catch (failure) {
      setError(sentence(failure));
      setBusy(false);
    }
  };
  // All of it comes into sight, not only the field with the cursor.
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.scrollIntoView({ block: "center" }), []);
  return (
    <form
      ref={form}
      className="card px-4 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        void start();
      }}
    >
      <label className="block pb-1 font-medium" htmlFor="change-brief">
        {t("complete.changeWhat")}
      </label>
      <div className="rounded-control border border-line px-2.5 py-2 focus-within:border-third">
        <TextArea
          id="change-brief"
          data-testid="change-brief"
          autoFocus
          rows={2}
          value={brief}
          onChange={(event) => setBrief(event.target.value)}
          onKeyDown={(event) => event.key === "Escape" && onClose()}
        />
      </div>
      <p className="truncate pt-1 text-small text-third" title={project.path}>
        {t("complete.changeText", { folder: project.path })}
      </p>
      {error && (
        <div className="pt-3">
          <Notice onDismiss={() => setError(null)}>{error}</Notice>
        </div>
      )}
      <div className="flex gap-2 pt-3">
        <Button kind="primary" type="submit" data-testid="start-change" disabled={busy || brief.trim() === ""}>
          {t("complete.changeStart")}
        </Button>
        <Button onClick={onClose}>{t("cancel")}</Button>
      </div>
    </form>
  );
}
