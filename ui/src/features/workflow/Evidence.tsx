import { Check, File, X } from "lucide-react";
import type { EvidenceRow } from "../../backend";
import { type Tab, useDesk } from "../../desk";

/** One thing that the product gathered, with the way to the whole of it. */
export function Evidence({ row, id }: { row: EvidenceRow; id: string }) {
  const openBuild = useDesk((desk) => desk.openBuild);
  const target: Tab = row.link;
  return (
    <li className="grid @max-[480px]:grid-cols-[16px_1fr_auto] grid-cols-[16px_148px_1fr_auto] items-baseline gap-x-3 px-4 py-1">
      <span className="self-start pt-[3px]">
        {row.ok === true && <Check size={15} className="text-passed" aria-label="✓" />}
        {row.ok === false && <X size={15} className="text-failed" aria-label="✗" />}
        {row.ok === null && <File size={14} className="text-third" aria-hidden />}
      </span>
      <span className="font-medium">{row.claim}</span>
      <span
        data-selectable
        className="@max-[480px]:order-last min-w-0 @max-[480px]:col-span-2 @max-[480px]:col-start-2 break-words text-second"
      >
        <WithCode text={row.detail} />
      </span>
      <button
        type="button"
        onClick={() => openBuild(id, target)}
        className="cursor-pointer font-mono text-small text-third hover:text-ink hover:underline"
      >
        {row.link_text}
      </button>
    </li>
  );
}

/** Text with names of commands and branches between backticks. */
function WithCode({ text }: { text: string }) {
  return text.split("`").map((part, index) =>
    index % 2 === 1 ? (
      <code key={index} className="font-mono text-small text-ink">
        {part}
      </code>
    ) : (
      part
    ),
  );
}
