import { Plus, X } from "lucide-react";
import type { Feature, Priority, Requirements } from "../../backend";
import { useAction } from "../../shared/actions";
import { Button, IconButton } from "../../shared/Button";
import { t } from "../../words";
import { Editable } from "./Editable";

const PRIORITIES: Priority[] = ["must", "should", "could"];

type Props = {
  requirements: Requirements;
  editable: boolean;
  onSave: (change: (now: Requirements) => Requirements) => Promise<boolean>;
};

export function RequirementsEditor({ requirements, editable, onSave }: Props) {
  const { features } = requirements;
  const save = (make: (now: Feature[]) => Feature[]) => onSave((now) => ({ ...now, features: make(now.features) }));
  const change = (id: string, make: (now: Feature) => Partial<Feature>) =>
    save((now) => now.map((feature) => (feature.id === id ? { ...feature, ...make(feature) } : feature)));
  const add = () =>
    save((now) => {
      const highest = Math.max(0, ...now.map((feature) => Number(feature.id.replace(/\D/g, "")) || 0));
      const text = t("plan.addRequirement");
      return [...now, { id: `R${highest + 1}`, text, priority: "should", acceptance: [] }];
    });
  useAction({ id: "add_requirement", run: () => void add() }, { enabled: editable });
  return (
    <section aria-label={t("plan.must")}>
      <h2 className="pb-2.5 font-semibold text-read">{t("plan.must")}</h2>
      <ul>
        {features.map((feature) => (
          <li
            key={feature.id}
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
              <div className="absolute top-1.5 -right-8 z-10 flex flex-col opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
                <IconButton
                  label={t("plan.remove", { id: feature.id })}
                  onClick={() => void save((now) => now.filter((other) => other.id !== feature.id))}
                >
                  <X size={14} />
                </IconButton>
                <IconButton
                  label={t("plan.addAcceptance")}
                  onClick={() =>
                    void change(feature.id, ({ acceptance }) => ({
                      acceptance: [...acceptance, t("plan.newAcceptance")],
                    }))
                  }
                >
                  <Plus size={14} />
                </IconButton>
              </div>
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
