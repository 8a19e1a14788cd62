import { useState } from "react";
import { type BuildDetail, commands } from "../../backend";
import { useAction } from "../../shared/actions";
import { Button } from "../../shared/Button";
import { Notice } from "../../shared/Notice";
import { WithCode } from "../../shared/WithCode";
import { t } from "../../words";
import { useBuildAction } from "../builds/useBuildAction";

/** How the project's tests are run: found by the product, unless the person says it better. */
export function TestCommand({ build }: { build: BuildDetail }) {
  const { act, busy, error, forget } = useBuildAction();
  const [editing, setEditing] = useState(false);
  const [command, setCommand] = useState("");
  const id = build.summary.workflow_id;
  const edit = () => {
    setCommand(build.test_command ?? "");
    setEditing(true);
  };
  useAction({ id: "test_command", run: edit }, { enabled: !editing });
  if (!editing) {
    return (
      <p className="flex min-h-7 items-center gap-2 text-second">
        <span className="min-w-0 flex-1 truncate">
          {build.test_command ? (
            <WithCode text={t("tests.runWith", { command: build.test_command })} />
          ) : (
            t("tests.commandFound")
          )}
        </span>
        <Button kind="quiet" data-testid="change-test-command" onClick={edit}>
          {t("tests.changeCommand")}
        </Button>
      </p>
    );
  }
  return (
    <form
      className="card px-4 py-3"
      onSubmit={(event) => {
        event.preventDefault();
        void act(() => commands.setTestCommand(id, command)).then((done) => done && setEditing(false));
      }}
    >
      {error && <Notice onDismiss={forget}>{error}</Notice>}
      <label className="block pb-1 font-medium" htmlFor="test-command">
        {t("tests.command")}
      </label>
      <input
        id="test-command"
        // biome-ignore lint/a11y/noAutofocus: it appears because the person asked for it
        autoFocus
        data-testid="test-command"
        value={command}
        placeholder="make check"
        spellCheck={false}
        onChange={(event) => setCommand(event.target.value)}
        onKeyDown={(event) => event.key === "Escape" && setEditing(false)}
        className="h-8 w-full rounded-control border border-line bg-panel px-2 font-mono text-small"
      />
      <p className="pt-1 text-small text-third">{t("tests.commandHint")}</p>
      <div className="flex gap-2 pt-3">
        <Button kind="primary" type="submit" data-testid="save-test-command" disabled={busy}>
          {t("tests.saveCommand")}
        </Button>
        <Button onClick={() => setEditing(false)}>{t("cancel")}</Button>
      </div>
    </form>
  );
}
