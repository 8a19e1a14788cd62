import type { ComponentProps } from "react";

/** One line of text. It has its name from a label or `aria-label`. */
export function Input({ className = "", ...rest }: ComponentProps<"input">) {
  return (
    <input
      className={`h-7 min-w-0 rounded-control border border-line bg-panel px-2 placeholder:text-third focus-visible:border-third disabled:opacity-45 aria-[invalid=true]:border-failed ${className}`}
      {...rest}
    />
  );
}
