import { useQuery } from "@tanstack/react-query";
import { queries } from "../../backend";
import { keyList, labelOf } from "../../shared/actions";
import { Key } from "../../shared/Button";
import { Dialog } from "../../shared/Dialog";
import { ACTIONS, type ActionGroup, type ActionId, entryOf, IN_FIELDS } from "../../shared/shortcuts";
import { t } from "../../words";

type Line = { label: string; keys: string[] };

/** Two columns of about the same height. */
const COLUMNS: (ActionGroup | "writing")[][] = [
  ["decide", "build", "window"],
  ["go", "writing"],
];

/** Every shortcut there is, those of other places, too. */
export function ShortcutsSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const voice = useQuery(queries.settings()).data?.voice;
  const linesOf = (group: ActionGroup) =>
    (Object.keys(ACTIONS) as ActionId[]).flatMap((id): Line[] => {
      const entry = entryOf(id);
      return entry.group === group && entry.keys ? [{ label: labelOf(id), keys: keyList(entry.keys) }] : [];
    });
  const writing = (Object.keys(IN_FIELDS) as (keyof typeof IN_FIELDS)[]).map((name): Line => {
    return { label: t(`shortcuts.${name}`), keys: keyList(IN_FIELDS[name]) };
  });
  if (voice && voice.by !== "nobody") writing.push({ label: t("shortcuts.speak"), keys: [voice.key] });
  return (
    <Dialog open={open} onClose={onClose} title={t("actions.shortcuts")} wide="two columns">
      <div data-testid="shortcuts-sheet" className="@container">
        <div className="grid @min-[560px]:grid-cols-2 grid-cols-1 items-start gap-x-10">
          {COLUMNS.map((groups) => (
            <div key={groups.join()}>
              {groups.map((group) => (
                <Group
                  key={group}
                  title={t(group === "writing" ? "shortcuts.writing" : `palette.group_${group}`)}
                  lines={group === "writing" ? writing : linesOf(group)}
                />
              ))}
            </div>
          ))}
        </div>
      </div>
    </Dialog>
  );
}

function Group({ title, lines }: { title: string; lines: Line[] }) {
  return (
    <section className="pb-4">
      <h3 className="pb-1 font-medium text-small text-third">{title}</h3>
      <dl>
        {lines.map(({ label, keys }) => (
          <div key={label} className="flex min-h-7 items-center gap-3">
            <dt className="min-w-0 flex-1">{label}</dt>
            <dd className="flex shrink-0 gap-1 text-second">
              <span className="sr-only">{keys.join(" ")}</span>
              {keys.map((name) => (
                <Key key={name}>{name}</Key>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
