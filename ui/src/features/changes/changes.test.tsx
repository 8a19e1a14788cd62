import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { HandoffCard as Card, Changes, FileChange } from "../../backend";
import { aBuild, backend, show } from "../../test/backend";
import { HandoffCard } from "../workflow/HandoffCard";
import { CommentBox } from "./CommentBox";
import { asReason, type LineComment, useComments } from "./comments";
import { tokens } from "./grammar";
import { LONGEST_LINE, pairs, parse } from "./patch";
import { inTreeOrder, treeRows } from "./tree";

const PATCH = `diff --git a/a.js b/a.js
index 1..2 100644
--- a/a.js
+++ b/a.js
@@ -3,4 +3,5 @@ function add() {
 same
-old one
-old two
+new one
+++ looks like a head
 end
\\ No newline at end of file
`;

describe("a diff", () => {
  it("is read with the numbers that lines have on both sides", () => {
    const rows = parse(PATCH);
    expect(rows.map(({ kind, old, now, text }) => [kind, old, now, text])).toEqual([
      ["hunk", null, null, "function add() {"],
      ["same", 3, 3, "same"],
      ["removed", 4, null, "old one"],
      ["removed", 5, null, "old two"],
      ["added", null, 4, "new one"],
      ["added", null, 5, "++ looks like a head"],
      ["same", 6, 6, "end"],
      ["note", null, null, "No newline at end of file"],
    ]);
  });

  it("puts what went beside what came", () => {
    const beside = pairs(parse(PATCH)).map(({ left, right }) => [left?.text, right?.text]);
    expect(beside.slice(2, 4)).toEqual([
      ["old one", "new one"],
      ["old two", "++ looks like a head"],
    ]);
  });

  it("shows a line of a million letters so far", () => {
    const [row] = parse(`@@ -0,0 +1 @@\n+${"x".repeat(1_000_000)}\n`);
    expect(row?.text.length).toBeLessThanOrEqual(LONGEST_LINE);
  });

  it("is nothing where there is nothing", () => {
    expect(parse("")).toEqual([]);
    expect(parse("Binary files a/x and b/x differ\n")).toEqual([]);
  });

  it("has no colours for a language that is not known, and loses no letter for one that is", async () => {
    const { grammarOf } = await import("./grammar");
    expect(await grammarOf("a.unknown")).toBeNull();
    const grammar = (await grammarOf("src/a.js")) as string;
    const rows = parse("@@ -1,2 +1,2 @@\n const a = 'x';\n-// was\n+return `<b>`;\n");
    const read = tokens(grammar, rows);
    for (const row of rows)
      expect(
        read
          .get(row)
          ?.map(({ text }) => text)
          .join(""),
      ).toBe(row.text);
  });
});

const file = (path: string): FileChange => ({
  path,
  old_path: null,
  status: "modified",
  insertions: 1,
  deletions: 0,
  binary: false,
});

describe("the tree of files", () => {
  const files = ["z.md", "src/deep/down/b.ts", "src/a.ts", "a.md"].map(file);

  it("shows folders first, and those that hold only a folder in one row", () => {
    const rows = treeRows(files, new Set()).map((row) => `${"  ".repeat(row.depth)}${row.name}`);
    expect(rows).toEqual(["src", "  deep/down", "    b.ts", "  a.ts", "z.md", "a.md"]);
  });

  it("leads through the files in the order in which it shows them", () => {
    expect(inTreeOrder(files).map(({ path }) => path)).toEqual(["src/deep/down/b.ts", "src/a.ts", "z.md", "a.md"]);
  });

  it("hides what a closed folder holds", () => {
    expect(treeRows(files, new Set(["src"])).map((row) => row.name)).toEqual(["src", "z.md", "a.md"]);
  });
});

const kept = (comments: Partial<LineComment>[]) =>
  JSON.stringify(
    comments.map((comment, index) => ({
      id: `c${index}`,
      path: "a.js",
      side: "now",
      line: 4,
      code: "x",
      text: "",
      ...comment,
    })),
  );

describe("comments on lines", () => {
  function Box() {
    const comments = useComments("w1");
    return comments.comments.map((comment) => <CommentBox key={comment.id} comment={comment} comments={comments} />);
  }

  it("take the place of nothing that is kept and not yet read", async () => {
    let answer: ((kept: string) => void) | null = null;
    const saved: string[] = [];
    backend({
      load_draft: () => (answer ? kept([{}]) : new Promise((resolve) => (answer = resolve))),
      save_draft: ({ text }) => {
        saved.push(text as string);
        return null;
      },
    });
    function Begun() {
      const comments = useComments("w1");
      const begin = () => comments.begin({ path: "b.js", side: "now", line: 1, code: "y" });
      return (
        <>
          <button type="button" onClick={begin}>
            Begin
          </button>
          <Box />
        </>
      );
    }
    show(<Begun />);
    await userEvent.click(screen.getByRole("button", { name: "Begin" }));
    (answer as ((kept: string) => void) | null)?.(kept([{}]));
    expect(await screen.findByRole("textbox", { name: "Comment on line 4" })).toBeInTheDocument();
    await userEvent.click(screen.getByRole("button", { name: "Begin" }));
    expect(await screen.findByRole("textbox", { name: "Comment on line 1" })).toBeInTheDocument();
    await waitFor(() => expect(saved.at(-1)).toMatch(/a\.js.*b\.js/));
    expect(saved).toHaveLength(1);
  });

  it("are kept with each word, and edited where they stand", async () => {
    const saved: string[] = [];
    backend({
      load_draft: ({ key }) => (key === "comments-w1" ? kept([{}]) : ""),
      save_draft: ({ text }) => {
        saved.push(text as string);
        return null;
      },
    });
    show(<Box />);
    await userEvent.type(await screen.findByRole("textbox", { name: "Comment on line 4" }), "Use a name");
    await userEvent.click(screen.getByTestId("keep-comment"));
    expect(screen.getByText("Use a name")).toBeInTheDocument();
    await waitFor(() => expect(saved.at(-1)).toContain("Use a name"));
  });

  it("go with Escape when they say nothing", async () => {
    backend({ load_draft: () => kept([{}]) });
    show(<Box />);
    await userEvent.type(await screen.findByRole("textbox"), "{Escape}");
    expect(screen.queryByTestId("line-comment")).toBeNull();
  });

  it("name file, line and the line's text, in the order of the files", () => {
    const comments = JSON.parse(
      kept([
        { path: "b.js", line: 9, code: "return 1", text: "Two." },
        { path: "a.js", line: 3, code: "gone", text: "Keep it.", side: "old" },
      ]),
    ) as LineComment[];
    expect(asReason(comments)).toBe("a.js, line 3 before the change: gone\nKeep it.\n\nb.js, line 9: return 1\nTwo.");
  });

  it("become the reason when changes are requested, and are gone once it is sent", async () => {
    const build = aBuild();
    const written = kept([{ text: "Use a name" }, { line: 7, text: "And here" }]);
    const asked = backend({
      load_draft: ({ key }) => (key === "comments-w1" ? written : ""),
      request_changes: () => build,
    });
    show(<HandoffCard build={build} card={build.open_handoff as Card} />);
    expect(await screen.findByText("2 comments on lines become the reason")).toBeInTheDocument();
    await userEvent.keyboard("r");
    const reason = screen.getByTestId("request-changes-reason");
    await waitFor(() => expect(reason).toHaveValue("a.js, line 4: x\nUse a name\n\na.js, line 7: x\nAnd here"));
    await userEvent.type(reason, " Please.");
    await userEvent.click(screen.getByRole("button", { name: "Send back" }));
    const sent = asked.find(({ command }) => command === "request_changes")?.args;
    expect(sent?.reason).toContain("And here Please.");
    await waitFor(() => expect(screen.queryByTestId("comments-wait")).toBeNull());
    await waitFor(() =>
      expect(
        asked.filter(({ command, args }) => command === "save_draft" && args.key === "comments-w1").at(-1)?.args.text,
      ).toBe("[]"),
    );
  });

  it("never take the place of a reason that was begun, but can be put in", async () => {
    const build = aBuild();
    backend({
      load_draft: ({ key }) => (key === "comments-w1" ? kept([{ text: "Use a name" }]) : "A cent is lost"),
    });
    show(<HandoffCard build={build} card={build.open_handoff as Card} />);
    await userEvent.click(screen.getByTestId("request-changes"));
    const reason = screen.getByTestId("request-changes-reason");
    await waitFor(() => expect(reason).toHaveValue("A cent is lost"));
    await userEvent.click(await screen.findByTestId("take-comments"));
    expect(reason).toHaveValue("A cent is lost\n\na.js, line 4: x\nUse a name");
  });
});

describe("changes", () => {
  const changes: Changes = { from: "1", to: "2", attempts: [], files: [file("a.js")] };

  it("say what will be here while there is nothing", async () => {
    backend({ changes: () => null });
    const { ChangesTab } = await import("./ChangesTab");
    show(<ChangesTab id="w1" />);
    expect(await screen.findByRole("heading", { name: "Nothing changed yet" })).toBeInTheDocument();
  });

  it("are asked for as the person wants to see them", async () => {
    const asked = backend({
      changes: () => ({
        ...changes,
        attempts: [{ name: "testing-1", phase: "testing", attempt: 1, at: "2026-11-20T10:00:00Z" }],
      }),
    });
    const { ChangesTab } = await import("./ChangesTab");
    show(<ChangesTab id="w1" />);
    await userEvent.click(await screen.findByTestId("ignore-space"));
    await userEvent.selectOptions(screen.getByTestId("change-range"), "testing-1");
    const last = asked.filter(({ command }) => command === "changes").at(-1);
    expect(last?.args).toEqual({ workflowId: "w1", attempt: "testing-1", ignoreSpace: true });
    expect(within(screen.getByTestId("changes-summary")).getByText("+1")).toBeInTheDocument();
  });

  it("go back to all of it when the attempt that was chosen left nothing", async () => {
    const attempts = [{ name: "testing-1", phase: "testing" as const, attempt: 1, at: "2026-11-20T10:00:00Z" }];
    backend({
      changes: ({ attempt }) => {
        if (attempt) throw { code: "not_found", message: "This attempt left no files.", facts: "{}" };
        return { ...changes, attempts };
      },
    });
    const { ChangesTab } = await import("./ChangesTab");
    show(<ChangesTab id="w1" />);
    await userEvent.selectOptions(await screen.findByTestId("change-range"), "testing-1");
    await waitFor(() => expect(screen.getByTestId("change-range")).not.toHaveValue("testing-1"));
    expect(screen.queryByRole("alert")).toBeNull();
  });
});
