import { act, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { backend } from "../test/backend";
import { t } from "../words";
import { Ansi } from "./Ansi";
import { Done, tell } from "./Done";
import { Markdown } from "./Markdown";
import { exactSpan, longSpan, span } from "./time";

describe("what was just done", () => {
  it("goes by itself, also after one that was dismissed where the pointer still is", async () => {
    vi.useFakeTimers();
    render(<Done />);
    act(() => tell({ text: "The first." }));
    fireEvent.mouseEnter(screen.getByTestId("done"));
    act(() => void vi.advanceTimersByTime(60_000));
    expect(screen.getByText("The first.")).toBeTruthy();
    fireEvent.click(screen.getByRole("button", { name: t("problem.dismiss") }));
    act(() => tell({ text: "The second." }));
    act(() => void vi.advanceTimersByTime(10_000));
    expect(screen.queryByText("The second.")).toBeNull();
    vi.useRealTimers();
  });
});

describe("what a model writes", () => {
  it("is Markdown, never HTML", () => {
    backend({});
    const { container } = render(
      <Markdown text={"**bold** <img src=x onerror=alert(1)> <script>alert(1)</script> `code`"} />,
    );
    expect(container.querySelector("img, script")).toBeNull();
    expect(screen.getByText("code").tagName).toBe("CODE");
  });

  it("loses nothing of what it takes for a tag", () => {
    backend({});
    const { container } = render(<Markdown text={"It returns Vec<String>,<br>not &lt;b&gt;.\n\n<div>A box</div>"} />);
    expect(container.textContent).toBe("It returns Vec<String>,not <b>.<div>A box</div>");
    expect(container.querySelectorAll("br")).toHaveLength(1);
  });

  it("has lists, tables, quotations and code as it says them", () => {
    backend({});
    const text =
      "3. third\n4. fourth\n\n- [x] done\n- [ ] to do\n\n| a | b |\n|--:|---|\n| 1 | *two* |\n\n> said\n\n~~no~~\\\nnext\n\n---\n\n    indented";
    const { container } = render(<Markdown text={text} />);
    const html = container.innerHTML.replaceAll(/ (class|data-\w+|tabindex|dir)="[^"]*"/g, "");
    expect(html).toContain('<ol start="3"><li>third</li><li>fourth</li></ol>');
    expect(html).toContain("<ul><li>☑ done</li><li>☐ to do</li></ul>");
    expect(html).toContain('<thead><tr><th style="text-align: right;">a</th><th>b</th></tr></thead>');
    expect(html).toContain('<td style="text-align: right;">1</td><td><em>two</em></td>');
    expect(html).toContain("<blockquote><p>said</p></blockquote>");
    expect(html).toContain("<p><s>no</s><br>next</p>");
    expect(html).toContain("<hr>");
    expect(container.querySelector("pre")).toHaveTextContent("indented");
  });

  it("makes links of addresses, and none of the names of files", () => {
    backend({});
    render(<Markdown text={"See https://example.com/a_b_c and main.rs, or me@example.com."} />);
    expect(screen.getAllByRole("button").map((link) => link.textContent)).toEqual(["https://example.com/a_b_c"]);
  });

  it("has links that show where they lead, and none that run something", () => {
    backend({});
    const { container } = render(<Markdown text={"[web](https://example.com/a) [bad](javascript:alert(1))"} />);
    expect(screen.getByRole("button", { name: "web" })).toHaveAttribute("title", "https://example.com/a");
    expect(screen.queryByRole("button", { name: "bad" })).toBeNull();
    expect(container.querySelector("a[href]")).toBeNull();
  });
});

describe("hostile Markdown", () => {
  const draw = (text: string) => {
    backend({});
    return render(<Markdown text={text} />).container;
  };

  it.each([
    ["a deep quotation", ">".repeat(5000)],
    ["a deep list", Array.from({ length: 90 }, (_, at) => `${" ".repeat(at * 2)}- a`).join("\n")],
    ["a huge table", `|${"a|".repeat(1500)}\n|${"-|".repeat(1500)}`],
    ["nothing but marks", "*a _b [c ".repeat(2000)],
    ["a line of a megabyte", "x".repeat(1024 * 1024)],
  ])("%s is shown as it is, at once", (_, text) => {
    const begun = performance.now();
    const container = draw(text);
    expect(performance.now() - begun).toBeLessThan(500);
    const plain = container.querySelector("[data-testid=plain] pre");
    expect(plain?.textContent).toBe(text.slice(0, 20_000));
    expect(container.querySelector("table, blockquote, ul")).toBeNull();
  });

  it("says how much of it is not shown", () => {
    expect(draw("x".repeat(20_003)).textContent).toContain("3 more are in it");
  });

  it("turns no direction of writing around what stands there", () => {
    expect(draw("invoice\u202egpj.exe\u202c `a\u2066b`").textContent).toBe("invoice\ufffdgpj.exe\ufffd a\ufffdb");
  });

  it("loads and runs nothing", () => {
    const container = draw(
      "![a](https://x.org/a.png) ![b](data:image/svg+xml,x)\n\n<svg onload=alert(1)></svg>\n\n[c](data:text/html,x) [d](vbscript:x)\n\n```html\n<img src=x onerror=alert(1)>\n```",
    );
    expect(container.querySelector("img, svg[onload], a, iframe, script, [onerror]")).toBeNull();
    expect(container.querySelector("pre")?.textContent).toContain("<img src=x onerror=alert(1)>");
  });
});

describe("code", () => {
  it("has its parts in colours once its grammar is there, and says the same", async () => {
    backend({});
    const text = "const days = 3; // <b>three</b>";
    const { container } = render(<Markdown text={`\`\`\`js\n${text}\n\`\`\``} />);
    expect(container.querySelector("pre")?.textContent?.trim()).toBe(text);
    await waitFor(() => expect(container.querySelector(".hljs-keyword")?.textContent).toBe("const"));
    expect(container.querySelector("pre")?.textContent?.trim()).toBe(text);
    expect(container.querySelector("b")).toBeNull();
  });

  it("in a language that nobody knows stays as it is", async () => {
    backend({});
    const { container } = render(<Markdown text={"```constructor\nlet a\n```"} />);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(container.querySelector("pre span")).toBeNull();
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
