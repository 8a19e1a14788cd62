import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { create } from "zustand";
import { t } from "../words";
import { Button, IconButton } from "./Button";
import { sentence } from "./Notice";

type Doing = {
  /** What was done, as a sentence. */
  text: string;
  /** What can be done about it. */
  action?: { label: string; run: () => Promise<unknown> };
};

const useDone = create<{ done: Doing | null }>(() => ({ done: null }));

/** Says what was just done, in place of what was said before. */
export function tell(done: Doing) {
  useDone.setState({ done });
}

/** What was said no longer holds: it was taken back another way, or cannot be any more. */
export function forget() {
  useDone.setState({ done: null });
}

/** Long enough to be read, or to be read and acted on; whoever points at it or has the keyboard in it has all the time. */
const READ_MS = 6_000;
const ACTED_ON_MS = 20_000;

/** What was just done, and how to take it back. Once per window. */
export function Done() {
  const done = useDone((told) => told.done);
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (!done || held) return;
    const timer = setTimeout(forget, done.action ? ACTED_ON_MS : READ_MS);
    return () => clearTimeout(timer);
  }, [done, held]);
  // Whoever dismisses one points at where the next will be: that one is not held.
  useEffect(() => setHeld(false), [done]);
  const act = async () => {
    forget();
    await done?.action?.run().catch((failure) => tell({ text: sentence(failure) }));
  };
  return (
    // In a line of its own: nothing that can be clicked lies under it.
    <div role="status">
      {done && (
        // biome-ignore lint/a11y/noStaticElementInteractions: pointing at it only gives it time
        <div
          data-testid="done"
          onMouseEnter={() => setHeld(true)}
          onMouseLeave={() => setHeld(false)}
          onFocus={() => setHeld(true)}
          onBlur={() => setHeld(false)}
          className="flex min-h-11 items-center gap-2 border-line border-t bg-raised py-1.5 pr-3 pl-4"
        >
          <p data-selectable className="min-w-0 flex-1 break-words">
            {done.text}
          </p>
          {done.action && (
            <Button
              kind="quiet"
              data-testid="done-action"
              className="font-semibold text-ink"
              onClick={() => void act()}
            >
              {done.action.label}
            </Button>
          )}
          <IconButton label={t("problem.dismiss")} onClick={forget}>
            <X size={14} />
          </IconButton>
        </div>
      )}
    </div>
  );
}
