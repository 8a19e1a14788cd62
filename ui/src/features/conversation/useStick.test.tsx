import { act, fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { useStick } from "./useStick";

/** A view of 700 pixels whose content is as high as it is set; what no layout does here, the test does. */
function aView(height: number) {
  function View() {
    const { scroller, content, atEnd } = useStick();
    return (
      <div ref={scroller} data-testid="view">
        <div ref={content} data-testid="content" />
        <p>{atEnd ? "at the end" : "further up"}</p>
      </div>
    );
  }
  let top = 0;
  const now = { height };
  const proto = HTMLElement.prototype;
  vi.spyOn(proto, "scrollHeight", "get").mockImplementation(() => now.height);
  vi.spyOn(proto, "clientHeight", "get").mockImplementation(() => 700);
  vi.spyOn(proto, "scrollTop", "get").mockImplementation(() => top);
  vi.spyOn(proto, "scrollTop", "set").mockImplementation((to) => {
    top = Math.max(0, Math.min(to, now.height - 700));
  });
  render(<View />);
  const view = screen.getByTestId("view");
  view.scrollTop = now.height;
  act(() => void view.dispatchEvent(new Event("scroll")));
  return {
    view,
    top: () => top,
    /** The content becomes so high; a view cannot be scrolled beyond it. */
    async becomes(height: number) {
      now.height = height;
      top = Math.max(0, Math.min(top, height - 700));
      screen.getByTestId("content").append("x");
      await Promise.resolve();
    },
    scrolled: () => act(() => void view.dispatchEvent(new Event("scroll"))),
  };
}

test("content that gets shorter and longer again, before the view says where it is, does not lead away from the end", async () => {
  const it = aView(858);
  await it.becomes(690);
  await it.becomes(946);
  it.scrolled();
  expect(screen.getByText("at the end")).toBeTruthy();
  expect(it.top()).toBe(246);
});

test("who turns the wheel up stays where they are, also while more comes", async () => {
  const it = aView(1200);
  await it.becomes(1230);
  fireEvent.wheel(it.view, { deltaY: -120 });
  it.view.scrollTop = 300;
  it.scrolled();
  expect(screen.getByText("further up")).toBeTruthy();
  await it.becomes(1400);
  it.scrolled();
  expect(it.top()).toBe(300);
});

test("a view that something else moved, while nothing came, stays there", async () => {
  const it = aView(1200);
  it.view.scrollTop = 100;
  it.scrolled();
  expect(screen.getByText("further up")).toBeTruthy();
  it.view.scrollTop = 1200;
  it.scrolled();
  expect(screen.getByText("at the end")).toBeTruthy();
});
