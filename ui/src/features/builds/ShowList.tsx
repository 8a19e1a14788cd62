import { useQuery } from "@tanstack/react-query";
import { PanelLeftOpen } from "lucide-react";
import { queries } from "../../backend";
import { useDesk, useListFolded } from "../../desk";
import { IconButton } from "../../shared/Button";
import { t } from "../../words";

/** Brings the list of builds back where it is folded away, and says how many of them wait for the person meanwhile. */
export function ShowList({ className = "" }: { className?: string }) {
  const listFolded = useListFolded();
  const foldList = useDesk((desk) => desk.foldList);
  const builds = useQuery(queries.builds());
  if (!listFolded) return null;
  const waiting = (builds.data ?? []).filter((build) => build.group === "waiting").length;
  return (
    <span className={`relative inline-flex ${className}`}>
      <IconButton
        action="fold_list"
        label={waiting > 0 ? t("builds.showWaiting", { count: waiting }) : t("builds.show")}
        data-testid="show-list"
        onClick={() => foldList(false)}
      >
        <PanelLeftOpen size={15} />
      </IconButton>
      {waiting > 0 && (
        <span
          aria-hidden
          className="pointer-events-none absolute -top-0.5 -right-0.5 flex h-3.5 min-w-3.5 items-center justify-center rounded-full bg-waiting px-0.5 font-semibold text-[10px] text-on-role leading-none"
        >
          {waiting > 9 ? "9+" : waiting}
        </span>
      )}
    </span>
  );
}
