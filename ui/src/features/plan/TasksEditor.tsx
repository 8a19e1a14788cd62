import { Plus } from "lucide-react";
import type { Plan, PlanTask, Requirements } from "../../backend";
import { useAction } from "../../shared/actions";
import { Button } from "../../shared/Button";
import { t } from "../../words";
import { Editable } from "./Editable";
import { moved, RowMenu, stepOf } from "./RowMenu";

type Props = {
  plan: Plan;
  requirements: Requirements;
  editable: boolean;
  onSave: (change: (now: Plan) => Plan) => Promise<boolean>;
  /** Says what was done, and how it is taken back. */
  onUndoable: (what: string, undo: () => void) => void;
};

const list = (text: string) =>
  text
    .split(/[\s,]+/)
    .map((part) => part.trim())
    .filter((part) => part !== "");

export function TasksEditor({ plan, requirements, editable, onSave, onUndoable }: Props) {
  const { tasks } = plan;
  const save = (make: (now: PlanTask[]) => PlanTask[]) => onSave((now) => ({ ...now, tasks: make(now.tasks) }));
  const change = (id: string, part: Partial<PlanTask>) =>
    save((now) => now.map((task) => (task.id === id ? { ...task, ...part } : task)));
  const add = () =>
    save((now) => {
      const highest = Math.max(0, ...now.map((task) => Number(task.id.replace(/\D/g, "")) || 0));
      const unserved = requirements.features.filter((feature) => !now.some((task) => task.serves.includes(feature.id)));
      const serves = (unserved.length > 0 ? unserved : requirements.features.slice(0, 1)).map((feature) => feature.id);
      return [...now, { id: `T${highest + 1}`, title: t("plan.addTask"), detail: "", files: [], serves }];
    });
  const remove = async (task: PlanTask, at: number) => {
    if (!(await save((now) => now.filter((other) => other.id !== task.id)))) return;
    const back = (now: PlanTask[]) => [...now.slice(0, at), task, ...now.slice(at)];
    onUndoable(t("plan.removed", { id: task.id }), () => void save(back));
  };
  const move = async (id: string, step: number) => {
    const go = (by: number) => (now: PlanTask[]) => {
      const at = now.findIndex((other) => other.id === id);
      const to = at + by;
      return at < 0 || to < 0 || to >= now.length ? now : moved(now, at, to);
    };
    if (await save(go(step))) onUndoable(t("plan.moved", { id }), () => void save(go(-step)));
  };
  useAction({ id: "add_task", run: () => void add() }, { enabled: editable });
  return (
    <section aria-label={t("plan.tasks")} className="pt-8">
      <h2 className="pb-2.5 font-semibold text-read">{t("plan.tasks")}</h2>
      <ul>
        {tasks.map((task, place) => (
          <li
            key={task.id}
            data-testid="task"
            onKeyDown={(event) => {
              const step = stepOf(event);
              if (!editable || step === 0 || !tasks[place + step]) return;
              event.preventDefault();
              void move(task.id, step);
            }}
            className="group relative flex gap-2 border-line border-t py-2 after:absolute after:inset-y-0 after:-right-8 after:w-8"
          >
            <span className="w-9 shrink-0 text-small text-third leading-[22px]">{task.id}</span>
            <div className="min-w-0 flex-1">
              <Editable
                label={t("plan.taskTitle", { id: task.id })}
                value={task.title}
                editable={editable}
                className="text-read"
                onSave={(title) => change(task.id, { title })}
              />
              <Editable
                label={t("plan.taskFiles", { id: task.id })}
                value={task.files.join(", ")}
                editable={editable}
                className="text-second text-small"
                onSave={(text) => change(task.id, { files: list(text) })}
              />
            </div>
            <div className="w-[132px] shrink-0 text-right">
              <Editable
                label={t("plan.serves", { id: task.id })}
                value={task.serves.join(" ")}
                editable={editable}
                className="text-right text-second text-small leading-[22px]"
                onSave={(text) => change(task.id, { serves: list(text) })}
              />
            </div>
            {editable && (
              <RowMenu
                label={t("plan.actions", { id: task.id })}
                actions={[
                  { label: t("plan.moveUp"), disabled: place === 0, run: () => void move(task.id, -1) },
                  {
                    label: t("plan.moveDown"),
                    disabled: place === tasks.length - 1,
                    run: () => void move(task.id, 1),
                  },
                  { label: t("plan.remove", { id: task.id }), run: () => void remove(task, place) },
                ]}
              />
            )}
          </li>
        ))}
      </ul>
      {editable && (
        <Button kind="quiet" className="-ml-3" onClick={() => void add()}>
          <Plus size={13} aria-hidden />
          {t("plan.addTask")}
        </Button>
      )}
    </section>
  );
}
