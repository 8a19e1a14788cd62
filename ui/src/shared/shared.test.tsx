import { render, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { backend } from "../test/backend";
import { Ansi } from "./Ansi";
import { Markdown } from "./Markdown";
import { exactSpan, longSpan, span } from "./time";

describe("what a model writes", () => {
  it("is Markdown, never HTML", () => {
    backend({});
    const { container } = render(
      <Markdown text={"**bold** <img src=x onerror=alert(1)> <script>alert(1)</script> `code`"} />,
    );
    expect(container.querySelector("img, script")).toBeNull();
    expect(screen.getByText("code").tagName).toBe("CODE");
  });

  it("has links that show where they lead, and none that run something", () => {
    backend({});
    const { container } = render(<Markdown text={"[web](https://example.com/a) [bad](javascript:alert(1))"} />);
    expect(screen.getByRole("button", { name: "web" })).toHaveAttribute("title", "https://example.com/a");
    expect(screen.queryByRole("button", { name: "bad" })).toBeNull();
    expect(container.querySelector("a[href]")).toBeNull();
  });
});

describe("output of commands", () => {
  it("keeps its colours and loses what moves the cursor or sets titles", () => {
    const { container } = render(
      <Ansi text={"\u001b[31mred\u001b[0m\u001b[2J\u001b]0;title\u0007 plain\u001b[1;1H"} />,
    );
    expect(container.textContent).toBe("red plain");
    expect(screen.getByText("red").style.color).not.toBe("");
  });
});

describe("durations", () => {
  it.each([
    [0, "0 sec"],
    [59_900, "59 sec"],
    [60_000, "1 min"],
    [7_200_000, "2 hr"],
    [86_400_000 * 5, "5 days"],
    [-5, "0 sec"],
  ])("%d ms in a list is %s", (ms, text) => expect(span(ms)).toBe(text));
  it("are longer where seconds count", () => expect(longSpan(612_000)).toBe("10 min 12 sec"));
  it("are exact where they are evidence", () => expect(exactSpan(3100)).toBe("3.1 sec"));
});
