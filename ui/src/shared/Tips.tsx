import { Tooltip as Base } from "@base-ui/react/tooltip";
import { useEffect, useState } from "react";

/** How long a pointer rests on something before it is asked what that is, and how soon after one tip the next comes without waiting. */
const REST_MS = 500;
const NEXT_MS = 400;

type Shown = { anchor: HTMLElement; label: string; keys: string | undefined };

/**
 * What a button that is only a picture does, and its shortcut: for the pointer that rests on it and for the keyboard's focus, not for
 * touch. It is for the eye alone: the button has a name of its own. Once per window: a tip of its own for each button would be more than
 * all else that the first screen is made of.
 */
export function Tips() {
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => follow(setShown), []);
  return (
    <Base.Root open={shown !== null}>
      <Base.Portal>
        <Base.Positioner anchor={shown?.anchor ?? null} sideOffset={6} collisionPadding={8} className="z-60">
          <Base.Popup
            aria-hidden
            data-testid="tooltip"
            className="lifted flex items-center gap-2 rounded-control bg-primary px-2 py-1 text-on-primary text-small"
          >
            {shown?.label}
            {shown?.keys && <kbd className="font-sans opacity-75">{shown.keys}</kbd>}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

/** Follows pointer and focus over whatever has a tip. Returns what ends it. */
function follow(show: (shown: Shown | null) => void): () => void {
  let pointed: HTMLElement | null = null;
  let now: HTMLElement | null = null;
  let ended = Number.NEGATIVE_INFINITY;
  let waiting = 0;
  const gone = new MutationObserver(() => now?.isConnected || hide());
  const reveal = (anchor: HTMLElement) => {
    const { tip = "", tipKeys } = anchor.dataset;
    if (!anchor.isConnected || tip === "") return;
    now = anchor;
    gone.observe(document.body, { childList: true, subtree: true });
    show({ anchor, label: tip, keys: tipKeys });
  };
  const hide = () => {
    clearTimeout(waiting);
    if (!now) return;
    now = null;
    ended = performance.now();
    gone.disconnect();
    show(null);
  };
  const tipped = (target: EventTarget | null) =>
    target instanceof Element ? target.closest<HTMLElement>("[data-tip]") : null;
  const end = new AbortController();
  const on = <Kind extends keyof DocumentEventMap>(kind: Kind, heard: (event: DocumentEventMap[Kind]) => void) =>
    document.addEventListener(kind, heard, { capture: true, passive: true, signal: end.signal });
  on("pointerover", ({ target, pointerType }) => {
    const found = pointerType === "touch" ? null : tipped(target);
    if (found === pointed) return;
    pointed = found;
    hide();
    if (found) waiting = window.setTimeout(reveal, performance.now() - ended < NEXT_MS ? 0 : REST_MS, found);
  });
  on("pointerleave", ({ target }) => {
    if (target !== document.documentElement) return;
    pointed = null;
    hide();
  });
  on("focusin", ({ target }) => {
    const found = tipped(target);
    if (found?.matches(":focus-visible")) reveal(found);
  });
  on("focusout", hide);
  on("pointerdown", hide);
  on("scroll", hide);
  on("keydown", ({ key }) => key === "Escape" && hide());
  return () => {
    end.abort();
    hide();
  };
}
