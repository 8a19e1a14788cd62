import { type ComponentProps, type RefObject, useLayoutEffect, useRef } from "react";

type Props = Omit<ComponentProps<"textarea">, "ref"> & {
  maxHeight?: number;
  ref?: RefObject<HTMLTextAreaElement | null>;
};

/** A text area as high as its text, up to a limit. */
export function TextArea({ maxHeight = 320, className = "", ref, ...rest }: Props) {
  const own = useRef<HTMLTextAreaElement>(null);
  const area = ref ?? own;
  useLayoutEffect(() => {
    const element = area.current;
    const parent = element?.parentElement;
    if (!element || !parent) return;
    // Measured while the parent keeps its height: what is scrolled around it must not move.
    parent.style.minHeight = `${parent.offsetHeight}px`;
    element.style.height = "0";
    element.style.height = `${Math.min(element.scrollHeight, maxHeight)}px`;
    parent.style.minHeight = "";
    element.style.overflowY = element.scrollHeight > maxHeight ? "auto" : "hidden";
  }, [rest.value, maxHeight, area]);
  return (
    <textarea
      ref={area}
      className={`block w-full resize-none bg-transparent placeholder:text-third ${className}`}
      {...rest}
    />
  );
}
