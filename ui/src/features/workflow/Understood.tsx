import type { BuildDetail } from "../../backend";
import { useDesk } from "../../desk";
import { Button } from "../../shared/Button";
import { t } from "../../words";

/** What Q Assistant has understood, filling in while it is talked about. Edited in the plan. */
export function Understood({ build }: { build: BuildDetail }) {
  const openBuild = useDesk((desk) => desk.openBuild);
  const features = build.requirements?.features ?? [];
  return (
    <section aria-label={t("rail.understood")} aria-live="polite" className="mt-3 border-line border-t pt-3">
      <div className="flex items-center">
        <h3 className="flex-1 font-semibold">{t("rail.understood")}</h3>
        {features.length > 0 && (
          <Button kind="quiet" className="-mr-2" onClick={() => openBuild(build.summary.workflow_id, "plan")}>
            {t("rail.edit")}
          </Button>
        )}
      </div>
      {features.length === 0 ? (
        <p className="pt-1 text-small text-third">{t("rail.understoodNone")}</p>
      ) : (
        <ol className="pt-1">
          {features.map((feature) => (
            <li key={feature.id} className="flex gap-2 py-0.5 text-small">
              <span className="w-5 shrink-0 text-third">{feature.id}</span>
              <span className="min-w-0 text-second">{feature.text}</span>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
