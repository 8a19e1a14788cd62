import { useEffect } from "react";
import { useAction } from "../../shared/actions";
import { Button } from "../../shared/Button";
import { t } from "../../words";

export type Undoable = { what: string; undo: () => void };

/** So long it can be taken back with one click; later there are the revisions. */
const OFFERED = 20_000;

/** What was just done to the plan, and the way back. */
export function UndoLine({ undoable, onDone }: { undoable: Undoable; onDone: () => void }) {
  const undo = () => {
    undoable.undo();
    onDone();
  };
  useAction({ id: "undo_plan", run: undo });
  useEffect(() => {
    const timer = setTimeout(onDone, OFFERED);
    return () => clearTimeout(timer);
  }, [undoable]);
  return (
    <div
      role="status"
      data-testid="undo-line"
      className="flex items-center gap-3 border-line border-t bg-raised px-6 py-2"
    >
      <span className="flex-1">{undoable.what}</span>
      <Button data-testid="undo" onClick={undo}>
        {t("plan.undo")}
      </Button>
    </div>
  );
}
