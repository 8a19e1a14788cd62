import { Plus, X } from "lucide-react";
import type { Plan, PlanTask, Requirements } from "../../backend";
import { useAction } from "../../shared/actions";
import { Button, IconButton } from "../../shared/Button";
import { t } from "../../words";
import { Editable } from "./Editable";

type Props = {
  plan: Plan;
  requirements: Requirements;
  editable: boolean;
  onSave: (change: (now: Plan) => Plan) => Promise<boolean>;
};

const list = (text: string) =>
  text
    .split(/[\s,]+/)
    .map((part) => part.trim())
    .filter((part) => part !== "");

export function TasksEditor({ plan, requirements, editable, onSave }: Props) {
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
  useAction({ id: "add_task", run: () => void add() }, { enabled: editable });
  return (
    <section aria-label={t("plan.tasks")} className="pt-8">
      <h2 className="pb-2.5 font-semibold text-read">{t("plan.tasks")}</h2>
      <ul>
        {tasks.map((task) => (
          <li
            key={task.id}
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
                className="text-small text-third"
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
              <IconButton
                label={t("plan.remove", { id: task.id })}
                onClick={() => void save((now) => now.filter((other) => other.id !== task.id))}
                className="absolute top-1.5 -right-8 z-10 opacity-0 focus-visible:opacity-100 group-focus-within:opacity-100 group-hover:opacity-100"
              >
                <X size={14} />
              </IconButton>
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
