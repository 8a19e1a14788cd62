import { type ComponentProps, useLayoutEffect, useRef } from "react";

type Props = ComponentProps<"textarea"> & { maxHeight?: number };

/** A text area as high as its text, up to a limit. */
export function TextArea({ maxHeight = 320, className = "", ...rest }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => {
    const element = area.current;
    if (!element) return;
    element.style.height = "0";
    element.style.height = `${Math.min(element.scrollHeight, maxHeight)}px`;
    element.style.overflowY = element.scrollHeight > maxHeight ? "auto" : "hidden";
  }, [rest.value, maxHeight]);
  return (
    <textarea
      ref={area}
      className={`block w-full resize-none bg-transparent placeholder:text-third ${className}`}
      {...rest}
    />
  );
}
