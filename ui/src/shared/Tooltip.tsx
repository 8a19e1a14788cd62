import { Tooltip as Base } from "@base-ui/react/tooltip";
import type { ReactElement, ReactNode } from "react";
import { keyNames } from "./actions";
import { type ActionId, entryOf } from "./shortcuts";

/** How long a pointer rests on something before it is asked what that is. From one to the next it does not wait again. */
const REST = 500;

/** Once around the window. */
export function Tooltips({ children }: { children: ReactNode }) {
  return <Base.Provider delay={REST}>{children}</Base.Provider>;
}

/**
 * What a button that is only a picture does, and its shortcut: for the pointer that rests on it and for the keyboard's focus, not for
 * touch. It is for the eye alone: the button has a name of its own.
 */
export function Tooltip({ label, action, children }: { label: string; action?: ActionId; children: ReactElement }) {
  const keys = action && entryOf(action).keys;
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} collisionPadding={8} className="z-60">
          <Base.Popup
            aria-hidden
            data-testid="tooltip"
            className="lifted flex items-center gap-2 rounded-control bg-primary px-2 py-1 text-on-primary text-small"
          >
            {label}
            {keys && <kbd className="font-sans opacity-75">{keyNames(keys)}</kbd>}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
