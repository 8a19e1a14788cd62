import { type ComponentType, type ReactNode, useEffect, useState } from "react";

/**
 * A part of the window whose script is loaded when it is first shown; until then `waiting` is.
 *
 * React's own `lazy` is not used: what follows a fallback is held back for a third of a second, so that it does not flicker
 * (`FALLBACK_THROTTLE_MS` in React's ReactFiberWorkLoop.js). The script is on this machine and there within a few frames.
 *
 * Where it can be seen coming that it will be opened, `ahead` loads it before.
 */
export function lazily<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  waiting: ReactNode = null,
): ComponentType<Props> & { ahead: () => void } {
  let coming: Promise<ComponentType<Props>> | null = null;
  let there: ComponentType<Props> | null = null;
  const ask = () => {
    coming ??= load()
      .then((part) => {
        there = part;
        return part;
      })
      .catch((failure: unknown) => {
        // Whoever shows it once more asks once more.
        coming = null;
        throw failure;
      });
    return coming;
  };
  const ahead = () => void ask().catch(() => undefined);
  function Lazily(props: Props) {
    const [Part, setPart] = useState(() => there);
    const [failure, setFailure] = useState<{ why: unknown } | null>(null);
    // Not after what waits is painted: that would cost a frame.
    if (!Part && !failure) ahead();
    useEffect(() => {
      let gone = false;
      ask().then(
        (part) => !gone && setPart(() => part),
        (why: unknown) => !gone && setFailure({ why }),
      );
      return () => {
        gone = true;
      };
    }, []);
    if (failure) throw failure.why;
    return Part ? <Part {...props} /> : waiting;
  }
  return Object.assign(Lazily, { ahead });
}
