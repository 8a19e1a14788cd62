import { useQuery } from "@tanstack/react-query";
import { type ActivityItem, queries } from "../../backend";
import { CopyButton } from "../../shared/CopyButton";
import { Dialog } from "../../shared/Dialog";
import { Notice, sentence } from "../../shared/Notice";
import { roleName } from "../../shared/roles";
import { t } from "../../words";

type Props = { workflowId: string; of: ActivityItem; onClose: () => void };

/** What a role was told, word for word, and where the person can add to it. */
export function ToldDialog({ workflowId, of, onClose }: Props) {
  const told = useQuery(queries.told(workflowId, of.phase, of.attempt));
  const text = told.data?.text ?? "";
  return (
    <Dialog open onClose={onClose} wide title={t("work.toldTitle", { role: roleName(of.role) })}>
      {told.isError && <Notice>{sentence(told.error)}</Notice>}
      {told.data && text === "" && <p className="text-second">{t("work.notTold")}</p>}
      {text !== "" && (
        <div className="relative rounded-control border border-line bg-surface">
          <CopyButton text={() => text} className="absolute top-1 right-1" />
          <pre
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
            tabIndex={0}
            data-selectable
            data-testid="told"
            className="max-h-[56vh] overflow-y-auto whitespace-pre-wrap break-words px-3 py-2 font-mono text-small leading-5"
          >
            {text}
          </pre>
        </div>
      )}
      {told.data?.add_in && (
        <p className="pt-3 text-second">
          {t("work.addTo")}
          <code data-selectable className="block break-all font-mono text-small text-third">
            {told.data.add_in}
          </code>
        </p>
      )}
    </Dialog>
  );
}
