import { useQuery } from "@tanstack/react-query";
import { Undo2, X } from "lucide-react";
import { useState } from "react";
import { type BuildDetail, commands, type PlanRevision, queries } from "../../backend";
import { Button, IconButton } from "../../shared/Button";
import { Notice, sentence } from "../../shared/Notice";
import { ROLE_TEXT, roleName } from "../../shared/roles";
import { Select } from "../../shared/Select";
import { clock } from "../../shared/time";
import { t } from "../../words";
import type { useBuildAction } from "../builds/useBuildAction";
import { type Difference, differences, type Piece } from "./differences";

type Props = {
  build: BuildDetail;
  editable: boolean;
  act: ReturnType<typeof useBuildAction>["act"];
  busy: boolean;
  onClose: () => void;
};

/** Every revision of requirements and plan, what is different between two of them, and the way back. */
export function Revisions({ build, editable, act, busy, onClose }: Props) {
  const id = build.summary.workflow_id;
  const revisions = useQuery(queries.revisions(id));
  const [chosen, setChosen] = useState<number | null>(null);
  const [base, setBase] = useState<number | null>(null);
  const all = revisions.data ?? [];
  const newest = all.at(-1);
  const after = all.find(({ seq }) => seq === chosen) ?? newest;
  const earlier = after ? all[all.indexOf(after) - 1] : undefined;
  const before = all.find(({ seq }) => seq === base) ?? earlier;
  const restore = async (revision: PlanRevision) => {
    const done = await act(() => commands.restoreRevision(id, build.revision, revision.seq));
    if (done) {
      setChosen(null);
      setBase(null);
    }
  };
  return (
    <section aria-label={t("plan.revisions")} data-testid="revisions" className="flex h-full min-h-0 flex-col">
      <div className="flex h-11 shrink-0 items-center gap-2 border-line border-b pr-3 pl-4">
        <h2 className="flex-1 font-semibold">{t("plan.revisions")}</h2>
        <IconButton label={t("plan.closeRevisions")} data-testid="close-revisions" onClick={onClose}>
          <X size={15} />
        </IconButton>
      </div>
      {revisions.isError && (
        <div className="p-4">
          <Notice>{sentence(revisions.error)}</Notice>
        </div>
      )}
      <div className="@container flex min-h-0 flex-1">
        <ul className="@max-[560px]:w-[172px] w-[232px] shrink-0 overflow-y-auto border-line border-r p-2">
          {[...all].reverse().map((revision) => (
            <li key={revision.seq}>
              <button
                type="button"
                data-testid="revision"
                aria-pressed={revision === after}
                onClick={() => setChosen(revision.seq)}
                className="w-full rounded-control px-2 py-1.5 text-left hover:bg-faint focus-visible:-outline-offset-2 aria-pressed:bg-faint"
              >
                <span className="block font-medium">{numberOf(revision)}</span>
                <span className={`block text-small ${revision.role ? ROLE_TEXT[revision.role] : "text-second"}`}>
                  {t("plan.revisionBy", { who: by(revision), time: clock(revision.at) })}
                </span>
              </button>
            </li>
          ))}
        </ul>
        {after && (
          <div className="flex min-w-0 flex-1 flex-col">
            <div className="flex flex-wrap items-center gap-2 px-5 py-2.5">
              {before ? (
                <label
                  htmlFor="compared-with"
                  className="flex min-w-0 flex-1 items-center gap-2 whitespace-nowrap text-second"
                >
                  {t("plan.comparedWith")}
                  <Select
                    id="compared-with"
                    data-testid="compared-with"
                    value={before.seq}
                    onChange={(event) => setBase(Number(event.target.value))}
                  >
                    {all
                      .filter((revision) => revision !== after)
                      .map((revision) => (
                        <option key={revision.seq} value={revision.seq}>
                          {t("plan.revisionOption", {
                            revision: numberOf(revision),
                            who: by(revision),
                            time: clock(revision.at),
                          })}
                        </option>
                      ))}
                  </Select>
                </label>
              ) : (
                <p className="flex-1 text-second">{t("plan.firstRevision")}</p>
              )}
              {editable && after !== newest && (
                <Button data-testid="restore-revision" disabled={busy} onClick={() => void restore(after)}>
                  <Undo2 size={13} aria-hidden />
                  {t("plan.restore")}
                </Button>
              )}
            </div>
            <section
              // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
              tabIndex={0}
              aria-label={t("plan.differences")}
              data-selectable
              className="min-h-0 flex-1 overflow-y-auto px-5 pb-6 focus-visible:-outline-offset-2"
            >
              {before && <Differences before={before} after={after} />}
            </section>
          </div>
        )}
      </div>
    </section>
  );
}

const numberOf = ({ number }: PlanRevision) =>
  number > 0 ? t("plan.revisionNumber", { number }) : t("plan.beforeThePlan");

const by = ({ role }: PlanRevision) => (role ? roleName(role) : t("plan.byYou"));

export function Differences({ before, after }: { before: PlanRevision; after: PlanRevision }) {
  const groups = differences(before, after);
  if (groups.length === 0) return <p className="py-4 text-third">{t("plan.noDifference")}</p>;
  return groups.map((group) => (
    <div key={group.name} className="pt-3">
      <h3 className="pb-1.5 font-semibold text-read">{t(`plan.group_${group.name}`)}</h3>
      <ul>
        {group.differences.map((difference) => (
          <One key={difference.id} difference={difference} />
        ))}
      </ul>
    </div>
  ));
}

const KIND_LOOK: Record<Difference["kind"], string> = {
  added: "bg-passed-bg text-passed",
  removed: "bg-failed-bg text-failed",
  changed: "bg-waiting-bg text-waiting",
  moved: "bg-faint text-second",
};

function One({ difference: { id, kind, parts } }: { difference: Difference }) {
  return (
    <li data-testid="difference" data-kind={kind} className="flex gap-3 border-line border-t py-2">
      <span className="w-[92px] shrink-0">
        <span className="block font-medium">{id}</span>
        <span className={`inline-block rounded-[5px] px-1.5 text-small leading-5 ${KIND_LOOK[kind]}`}>
          {t(`plan.kind_${kind}`)}
        </span>
      </span>
      <div className="min-w-0 flex-1">
        {parts.map(({ label, pieces }) => (
          <p key={label} className="whitespace-pre-wrap break-words">
            {label !== "" && <span className="block text-small text-third">{label}</span>}
            {pieces.map((piece, index) => (
              <Words key={`${index}`} piece={piece} />
            ))}
          </p>
        ))}
      </div>
    </li>
  );
}

/** What came is underlined, what went is crossed out: it can be read without colours. */
function Words({ piece: { kind, text } }: { piece: Piece }) {
  if (kind === "added")
    return <ins className="mx-px rounded-[3px] bg-passed-bg px-0.5 text-passed underline">{text}</ins>;
  if (kind === "removed")
    return <del className="mx-px rounded-[3px] bg-failed-bg px-0.5 text-failed line-through">{text}</del>;
  return text;
}
