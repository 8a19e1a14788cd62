import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { queries } from "../../backend";
import { useDesk } from "../../desk";
import { useAction } from "../../shared/actions";
import { t } from "../../words";

/** The way to the trash, while something is in it. */
export function TrashLink() {
  const trash = useQuery(queries.trash());
  const go = useDesk((desk) => desk.go);
  const here = useDesk((desk) => desk.place.view === "trash");
  const count = trash.data?.length ?? 0;
  useAction({ id: "trash", run: () => go({ view: "trash" }) }, { enabled: count > 0 });
  if (count === 0) return null;
  return (
    <button
      type="button"
      data-testid="trash"
      aria-current={here ? "page" : undefined}
      onClick={() => go({ view: "trash" })}
      className="flex h-9 items-center gap-2 px-4 text-second hover:text-ink aria-[current]:text-ink"
    >
      <Trash2 size={15} aria-hidden />
      <span className="flex-1 text-left">{t("trash.title")}</span>
      <span className="text-small text-third">{count}</span>
    </button>
  );
}
