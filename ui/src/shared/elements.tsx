import MarkdownIt, { type Token } from "markdown-it";
import { type ComponentProps, createElement, Fragment, type ReactNode } from "react";
import { call, commands } from "../backend";
import { Code } from "./Code";
import { tell } from "./Done";
import { sentence } from "./Notice";

/**
 * HTML is no part of this language: it is read as the text that it is. Of addresses only those that say `http` are links by themselves:
 * `main.rs` is a file.
 */
const MARKDOWN = new MarkdownIt({ html: false, linkify: true, maxNesting: 60 });
MARKDOWN.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

/** What a model wrote, as elements of ours: whatever it says, no other than these are made. */
export function elementsOf(text: string): ReactNode {
  return within(MARKDOWN.parse(text, {}));
}

/** The parts that stand by themselves under the same name in HTML. */
const SAME = new Set("p h1 h2 h3 h4 h5 h6 ul ol li blockquote em strong s thead tbody tr th td".split(" "));

type Part = { opening: Token | null; inner: ReactNode[] };

/** Tokens come one after the other; those that open something hold what follows until they are closed. */
function within(tokens: readonly Token[]): ReactNode {
  const root: Part = { opening: null, inner: [] };
  const open = [root];
  for (const [at, token] of tokens.entries()) {
    const { inner } = open.at(-1) ?? root;
    if (token.nesting === 1) open.push({ opening: token, inner: [] });
    else if (token.nesting === -1) {
      const closed = open.pop();
      if (closed?.opening) open.at(-1)?.inner.push(around(closed.opening, closed.inner, at));
    } else inner.push(single(token, at, tokens[at - 2]?.type === "list_item_open"));
  }
  return createElement(Fragment, null, ...root.inner);
}

function around(token: Token, inner: ReactNode[], key: number): ReactNode {
  // A paragraph of a list without blank lines stands in its item as it is.
  if (token.hidden) return createElement(Fragment, { key }, ...inner);
  if (token.tag === "a") {
    return (
      <Link key={key} href={String(token.attrGet("href"))}>
        {inner}
      </Link>
    );
  }
  if (token.tag === "table") {
    return (
      // A wide table is moved in its own frame, not the window.
      <div key={key} data-sideways className="overflow-x-auto">
        {createElement("table", null, ...inner)}
      </div>
    );
  }
  if (!SAME.has(token.tag)) return createElement(Fragment, { key }, ...inner);
  return createElement(token.tag, { key, ...start(token), ...column(token) }, ...inner);
}

/** What a numbered list begins with. */
function start(token: Token): ComponentProps<"ol"> {
  const number = token.tag === "ol" ? Number(token.attrGet("start")) : 0;
  return number > 0 ? { start: number } : {};
}

/** To which side a column of a table stands. */
function column(token: Token): ComponentProps<"td"> {
  const side = /^text-align:(left|center|right)$/.exec(String(token.attrGet("style")))?.[1];
  return side ? { style: { textAlign: side as "left" | "center" | "right" } } : {};
}

function single(token: Token, key: number, beginsItem: boolean): ReactNode {
  switch (token.type) {
    case "inline": {
      const task = beginsItem ? /^\[([ xX])\] /.exec(token.content) : null;
      const [first, ...others] = token.children ?? [];
      if (task && first) {
        first.content = first.content.slice(task[0].length);
        return createElement(Fragment, { key }, task[1] === " " ? "☐ " : "☑ ", within([first, ...others]));
      }
      return <Fragment key={key}>{within(token.children ?? [])}</Fragment>;
    }
    case "fence":
    case "code_block":
      return <Code key={key} text={token.content} language={token.info.trim().split(/\s/)[0] ?? ""} />;
    case "code_inline":
      return <code key={key}>{token.content}</code>;
    case "softbreak":
      return "\n";
    case "hardbreak":
      return <br key={key} />;
    case "hr":
      return <hr key={key} />;
    case "image":
      // It would be fetched from wherever a model says: its words are shown instead.
      return (
        <span key={key} className="text-third">
          {token.content}
        </span>
      );
    default:
      return withBreaks(token.content);
  }
}

/** The one tag that models write where Markdown has nothing: a break within the cell of a table. */
function withBreaks(text: string): ReactNode {
  const lines = text.split(/<br ?\/?>/i);
  if (lines.length === 1) return text;
  return lines.map((line, at) => (
    <Fragment key={`${at}`}>
      {at > 0 && <br />}
      {line}
    </Fragment>
  ));
}

/** A link from a model opens in the browser, on a click, and shows where it leads. */
function Link({ href, children }: { href: string; children: ReactNode }) {
  if (!/^https?:/i.test(href)) return <span>{children}</span>;
  return (
    <button
      type="button"
      title={href}
      className="cursor-pointer text-code-writer underline underline-offset-2"
      onClick={() => void call(commands.openLink(href)).catch((failure) => tell({ text: sentence(failure) }))}
    >
      {children}
    </button>
  );
}
