import { ChevronDown } from "lucide-react";
import type { ComponentProps } from "react";

/** A choice out of a list, looking like the fields beside it on every system. */
export function Select({ className = "", children, ...rest }: ComponentProps<"select">) {
  return (
    <span className={`relative inline-flex ${className}`}>
      <select
        className="h-7 w-full min-w-0 appearance-none truncate rounded-control border border-line bg-panel pr-7 pl-2"
        {...rest}
      >
        {children}
      </select>
      <ChevronDown size={14} aria-hidden className="pointer-events-none absolute top-[7px] right-2 text-second" />
    </span>
  );
}
