import type { ComponentProps, ReactNode } from "react";
import { ariaKeys, keyNames } from "./actions";
import { type ActionId, entryOf } from "./shortcuts";

type Kind = "primary" | "plain" | "quiet" | "danger";

const LOOK: Record<Kind, string> = {
  primary: "bg-primary text-on-primary hover:opacity-90 border border-transparent",
  plain: "bg-panel text-ink border border-line hover:bg-raised",
  quiet: "text-second hover:text-ink hover:bg-faint border border-transparent",
  danger: "bg-failed text-on-role hover:opacity-90 border border-transparent",
};

type Props = ComponentProps<"button"> & {
  kind?: Kind;
  /** The shortcut, shown after the word. */
  keys?: string;
  children: ReactNode;
};

export function Button({ kind = "plain", keys, children, className = "", ...rest }: Props) {
  return (
    <button
      type="button"
      className={`inline-flex h-7 shrink-0 items-center justify-center gap-2 whitespace-nowrap rounded-control px-3 font-medium transition-colors disabled:opacity-45 ${LOOK[kind]} ${className}`}
      {...rest}
    >
      {children}
      {keys && <Key>{keys}</Key>}
    </button>
  );
}

export function Key({ children }: { children: string }) {
  return (
    <kbd
      aria-hidden
      className="inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-[5px] border border-current px-1 font-sans text-[11px] font-normal leading-none opacity-90"
    >
      {children}
    </kbd>
  );
}

type IconProps = ComponentProps<"button"> & {
  label: string;
  /** The action that it carries out, for its shortcut. */
  action?: ActionId;
  /** Whether resting on it says what it is: see `Tips.tsx`. */
  tip?: boolean;
};

/** A button that is only a picture: always with a name. */
export function IconButton({ label, action, tip = true, children, className = "", ...rest }: IconProps) {
  const keys = action && entryOf(action).keys;
  return (
    <button
      type="button"
      aria-label={label}
      data-tip={tip ? label : undefined}
      data-tip-keys={keys && keyNames(keys)}
      aria-keyshortcuts={action && ariaKeys(action)}
      className={`inline-flex size-7 shrink-0 items-center justify-center rounded-control text-second hover:bg-faint hover:text-ink disabled:opacity-45 ${className}`}
      {...rest}
    >
      {children}
    </button>
  );
}
