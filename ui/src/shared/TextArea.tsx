import { type ComponentProps, type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef } from "react";

type Props = Omit<ComponentProps<"textarea">, "ref"> & {
  maxHeight?: number;
  ref?: Ref<HTMLTextAreaElement>;
};

/** A text area as high as its text, up to a limit. */
export function TextArea({ maxHeight = 320, className = "", ref, ...rest }: Props) {
  const area = useRef<HTMLTextAreaElement>(null);
  useImperativeHandle(ref, () => area.current as HTMLTextAreaElement, []);
  useLayoutEffect(() => {
    if (area.current) fit(area.current, maxHeight);
  }, [rest.value, maxHeight]);
  useEffect(() => {
    const element = area.current;
    if (!element) return;
    let width = element.clientWidth;
    // In a narrower column the same text has more lines.
    const observer = new ResizeObserver(() => {
      if (element.clientWidth === width) return;
      width = element.clientWidth;
      fit(element, maxHeight);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [maxHeight]);
  return (
    <textarea
      ref={area}
      className={`block w-full resize-none bg-transparent placeholder:text-third ${className}`}
      {...rest}
    />
  );
}

function fit(element: HTMLTextAreaElement, maxHeight: number) {
  const parent = element.parentElement;
  if (!parent) return;
  // Measured while the parent keeps its height: what is scrolled around it must not move.
  parent.style.minHeight = `${parent.offsetHeight}px`;
  element.style.height = "0";
  element.style.height = `${Math.min(element.scrollHeight, maxHeight)}px`;
  parent.style.minHeight = "";
  element.style.overflowY = element.scrollHeight > maxHeight ? "auto" : "hidden";
}
