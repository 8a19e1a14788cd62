import { Check, File, X } from "lucide-react";
import type { EvidenceRow } from "../../backend";
import { type Tab, useDesk } from "../../desk";
import { WithCode } from "../../shared/WithCode";
import { phrase } from "./evidence";

/** One thing that the product gathered, with the way to the whole of it. */
export function Evidence({ row, id }: { row: EvidenceRow; id: string }) {
  const openBuild = useDesk((desk) => desk.openBuild);
  const target: Tab = row.link;
  const { claim, detail, link } = phrase(row.fact);
  return (
    <li className="grid @max-[480px]:grid-cols-[16px_1fr_auto] grid-cols-[16px_148px_1fr_auto] items-baseline gap-x-3 px-4 py-1">
      <span className="self-start pt-[3px]">
        {row.ok === true && <Check size={15} className="text-passed" aria-label="✓" />}
        {row.ok === false && <X size={15} className="text-failed" aria-label="✗" />}
        {row.ok === null && <File size={14} className="text-third" aria-hidden />}
      </span>
      <span className="font-medium">{claim}</span>
      <span
        data-selectable
        className="@max-[480px]:order-last min-w-0 @max-[480px]:col-span-2 @max-[480px]:col-start-2 break-words text-second"
      >
        <WithCode text={detail} />
      </span>
      <button
        type="button"
        onClick={() => openBuild(id, target)}
        className="cursor-pointer font-mono text-small text-third hover:text-ink hover:underline"
      >
        {link}
      </button>
    </li>
  );
}
