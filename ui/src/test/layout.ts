import { beforeEach } from "vitest";

/** A document without a layout would have nothing in sight: views are 600 pixels high here, and rows of a list 60. */
class Measured {
  constructor(private told: ResizeObserverCallback) {}
  observe(target: Element) {
    const height = target.tagName === "LI" ? 60 : 600;
    const contentRect = { width: 700, height, top: 0, left: 0, right: 700, bottom: height, x: 0, y: 0 };
    queueMicrotask(() => this.told([{ target, contentRect } as unknown as ResizeObserverEntry], this as never));
  }
  unobserve() {}
  disconnect() {}
}

/** For tests of what is drawn only where it is in sight. */
export function withLayout() {
  beforeEach(() => {
    window.ResizeObserver = Measured as never;
    globalThis.ResizeObserver = Measured as never;
    Object.defineProperty(HTMLElement.prototype, "offsetParent", { configurable: true, get: () => document.body });
  });
}
