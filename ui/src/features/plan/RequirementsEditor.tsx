import { Plus } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import type { Feature, Priority, Requirements } from "../../backend";
import { useAction } from "../../shared/actions";
import { Button } from "../../shared/Button";
import { t } from "../../words";
import { Editable } from "./Editable";
import { moved, RowMenu, stepOf } from "./RowMenu";

const PRIORITIES: Priority[] = ["must", "should", "could"];

type Props = {
  requirements: Requirements;
  editable: boolean;
  onSave: (change: (now: Requirements) => Requirements) => Promise<boolean>;
  /** Says what was done, and how it is taken back. */
  onUndoable: (what: string, undo: () => void) => void;
};

export function RequirementsEditor({ requirements, editable, onSave, onUndoable }: Props) {
  const { features } = requirements;
  const save = (make: (now: Feature[]) => Feature[]) => onSave((now) => ({ ...now, features: make(now.features) }));
  const change = (id: string, make: (now: Feature) => Partial<Feature>) =>
    save((now) => now.map((feature) => (feature.id === id ? { ...feature, ...make(feature) } : feature)));
  // A new one is written over, as soon as it is drawn.
  const list = useRef<HTMLUListElement>(null);
  const [added, setAdded] = useState<string | null>(null);
  const drawn = added !== null && features.at(-1)?.id === added;
  useEffect(() => {
    if (!drawn) return;
    setAdded(null);
    const field = list.current?.querySelector<HTMLTextAreaElement>("li:last-child textarea");
    field?.focus();
    field?.select();
  }, [drawn]);
  const add = async () => {
    let id = "";
    const done = await save((now) => {
      const highest = Math.max(0, ...now.map((feature) => Number(feature.id.replace(/\D/g, "")) || 0));
      id = `R${highest + 1}`;
      return [...now, { id, text: t("plan.newRequirement"), priority: "should", acceptance: [] }];
    });
    if (!done) return;
    setAdded(id);
    onUndoable(t("plan.added", { id }), () => void save((now) => now.filter((feature) => feature.id !== id)));
  };
  const remove = async (feature: Feature, at: number) => {
    if (!(await save((now) => now.filter((other) => other.id !== feature.id)))) return;
    const back = (now: Feature[]) => [...now.slice(0, at), feature, ...now.slice(at)];
    onUndoable(t("plan.removed", { id: feature.id }), () => void save(back));
  };
  const move = async (id: string, step: number) => {
    const go = (by: number) => (now: Feature[]) => {
      const at = now.findIndex((other) => other.id === id);
      const to = at + by;
      return at < 0 || to < 0 || to >= now.length ? now : moved(now, at, to);
    };
    if (await save(go(step))) onUndoable(t("plan.moved", { id }), () => void save(go(-step)));
  };
  useAction({ id: "add_requirement", run: () => void add() }, { enabled: editable });
  return (
    <section aria-label={t("plan.must")}>
      <h2 className="pb-2.5 font-semibold text-read">{t("plan.must")}</h2>
      <ul ref={list}>
        {features.map((feature, place) => (
          <li
            key={feature.id}
            data-testid="requirement"
            onKeyDown={(event) => {
              const step = stepOf(event);
              if (!editable || step === 0 || !features[place + step]) return;
              event.preventDefault();
              void move(feature.id, step);
            }}
            className="group relative flex gap-2 border-line border-t py-2 after:absolute after:inset-y-0 after:-right-8 after:w-8"
          >
            <span className="w-9 shrink-0 text-small text-third leading-[22px]">{feature.id}</span>
            <div className="min-w-0 flex-1">
              <Editable
                label={t("plan.requirementText", { id: feature.id })}
                value={feature.text}
                editable={editable}
                className="text-read"
                onSave={(text) => change(feature.id, () => ({ text }))}
              />
              {feature.acceptance.map((criterion, at) => (
                <Editable
                  key={at}
                  label={t("plan.acceptance", { id: feature.id })}
                  value={criterion}
                  editable={editable}
                  className="text-second"
                  onSave={(text) =>
                    change(feature.id, ({ acceptance }) => ({
                      acceptance: acceptance
                        .map((other, place) => (place === at ? text : other))
                        .filter((other) => other.trim() !== ""),
                    }))
                  }
                />
              ))}
            </div>
            <PriorityMark
              feature={feature}
              editable={editable}
              onSave={(priority) => change(feature.id, () => ({ priority }))}
            />
            {editable && (
              <RowMenu
                label={t("plan.actions", { id: feature.id })}
                actions={[
                  {
                    label: t("plan.addAcceptance"),
                    run: () =>
                      void change(feature.id, ({ acceptance }) => ({
                        acceptance: [...acceptance, t("plan.newAcceptance")],
                      })),
                  },
                  { label: t("plan.moveUp"), disabled: place === 0, run: () => void move(feature.id, -1) },
                  {
                    label: t("plan.moveDown"),
                    testid: "move-down",
                    disabled: place === features.length - 1,
                    run: () => void move(feature.id, 1),
                  },
                  {
                    label: t("plan.remove", { id: feature.id }),
                    testid: "remove-row",
                    run: () => void remove(feature, place),
                  },
                ]}
              />
            )}
          </li>
        ))}
      </ul>
      {editable && (
        <Button kind="quiet" className="-ml-3" onClick={() => void add()}>
          <Plus size={13} aria-hidden />
          {t("plan.addRequirement")}
        </Button>
      )}
      {requirements.open_questions.length > 0 && (
        <div className="pt-4">
          <h3 className="pb-1 font-medium text-waiting">{t("plan.openQuestions")}</h3>
          <ul className="list-disc pl-5 text-second">
            {requirements.open_questions.map((question) => (
              <li key={question.text}>{question.text}</li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

function PriorityMark({
  feature,
  editable,
  onSave,
}: {
  feature: Feature;
  editable: boolean;
  onSave: (priority: Priority) => Promise<boolean>;
}) {
  const look = "h-6 shrink-0 rounded-control border border-line bg-panel px-2 text-second text-small";
  if (!editable) return <span className={`${look} leading-[22px]`}>{t(`plan.priority_${feature.priority}`)}</span>;
  return (
    <select
      aria-label={t("plan.priority", { id: feature.id })}
      value={feature.priority}
      onChange={(event) => void onSave(event.target.value as Priority)}
      className={`${look} appearance-none hover:border-third`}
    >
      {PRIORITIES.map((priority) => (
        <option key={priority} value={priority}>
          {t(`plan.priority_${priority}`)}
        </option>
      ))}
    </select>
  );
}
