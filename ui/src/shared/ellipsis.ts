import { useEffect } from "react";

/** Whatever an ellipsis cuts shows whole under the pointer. Once per window: no view has to think of it. */
export function useWholeText() {
  useEffect(() => {
    const onOver = (event: PointerEvent) => {
      const cut = (event.target as HTMLElement | null)?.closest<HTMLElement>(".truncate");
      // What has a title of its own says more than its text.
      if (!cut || (cut.title && cut.dataset.whole === undefined) || cut.closest("[title]:not([data-whole])")) return;
      if (cut.scrollWidth > cut.clientWidth) {
        cut.title = cut.textContent ?? "";
        cut.dataset.whole = "";
      } else if (cut.dataset.whole !== undefined) {
        cut.removeAttribute("title");
        delete cut.dataset.whole;
      }
    };
    document.addEventListener("pointerover", onOver);
    return () => document.removeEventListener("pointerover", onOver);
  }, []);
}
