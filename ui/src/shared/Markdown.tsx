import { toJsxRuntime } from "hast-util-to-jsx-runtime";
import { type ComponentProps, Fragment, memo, type ReactNode, useEffect, useMemo, useState } from "react";
import { jsx, jsxs } from "react/jsx-runtime";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import remarkRehype from "remark-rehype";
import remend from "remend";
import { unified } from "unified";
import { call, commands } from "../backend";
import { useLanguage } from "../words";
import { goOn, NOTHING, type Parted } from "./blocks";
import { Code, Growing } from "./Code";
import { tell } from "./Done";
import { sentence } from "./Notice";
import { isTooMuch, OrPlain, Plain, shown } from "./Plain";

/** A link from a model opens in the browser, on a click, and shows where it leads. */
function Link({ href, children }: { href?: string | undefined; children?: ReactNode }) {
  if (!href?.startsWith("http")) return <span>{children}</span>;
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

const PARTS = {
  a: ({ href, children }: ComponentProps<"a">) => <Link href={href}>{children}</Link>,
  // Pictures would be fetched from wherever a model says: their words are shown instead.
  img: ({ alt }: ComponentProps<"img">) => <span className="text-third">{alt}</span>,
  pre: Code,
  code: ({ children }: ComponentProps<"code">) => <code>{children}</code>,
  // A wide table is moved in its own frame, not the window.
  table: ({ children }: ComponentProps<"table">) => (
    <div data-sideways className="overflow-x-auto">
      <table>{children}</table>
    </div>
  ),
};

/** Made once: making it takes as long as reading a paragraph with it. HTML has no place in what comes out of it. */
const MARKDOWN = unified().use(remarkParse).use(remarkGfm).use(remarkRehype).freeze();

function elementsOf(text: string): ReactNode {
  const tree = MARKDOWN.runSync(MARKDOWN.parse(text), text);
  return toJsxRuntime(tree, { Fragment, jsx, jsxs, components: PARTS, ignoreInvalidStyle: true });
}

/** A part of its own, so that what cannot be read is caught around it. */
function Read({ text }: { text: string }) {
  return useMemo(() => elementsOf(text), [text]);
}

/** One block of what a model wrote. What is not ended while it streams is drawn as if it were. */
const Block = memo(function Block({ text, streaming = false }: { text: string; streaming?: boolean }) {
  useLanguage();
  if (isTooMuch(text)) return <Plain text={text} />;
  return (
    <OrPlain text={text}>
      <Growing value={streaming}>
        <div>
          <Read text={streaming ? remend(shown(text)) : shown(text)} />
        </div>
      </Growing>
    </OrPlain>
  );
});

/** A finished message has the same blocks as while it streamed, in arrays of its own: they are compared by what they say. */
const Group = memo(
  function Group({ blocks }: { blocks: readonly string[] }) {
    return (
      <div className="blocks">
        {blocks.map((text, index) => (
          <Block key={`${index}`} text={text} />
        ))}
      </div>
    );
  },
  (before, now) =>
    before.blocks === now.blocks ||
    (before.blocks.length === now.blocks.length && before.blocks.every((text, at) => text === now.blocks[at])),
);

/** So many groups are drawn at once; the earlier ones of a long text follow, one a frame, so that the window goes on answering. */
const AT_ONCE = 1;

function useLatestFirst(groups: number): number {
  const [from, setFrom] = useState(() => Math.max(0, groups - AT_ONCE));
  useEffect(() => {
    if (from === 0) return;
    const frame = requestAnimationFrame(() => setFrom(from - 1));
    return () => cancelAnimationFrame(frame);
  }, [from]);
  return from;
}

/**
 * What a model wrote, parted. HTML in it is dropped: it is text, never markup of ours. It is drawn block by block: while it streams, only the
 * last one is drawn again, however long the message is.
 */
export function Words({ parted: { groups, tail }, streaming = false }: { parted: Parted; streaming?: boolean }) {
  const from = useLatestFirst(groups.length);
  return (
    <div className="prose">
      {groups.slice(from).map((blocks, index) => (
        <Group key={`${from + index}`} blocks={blocks} />
      ))}
      <Block text={tail} streaming={streaming} />
    </div>
  );
}

/** What a model wrote, whole. */
export function Markdown({ text }: { text: string }) {
  return <Words parted={useMemo(() => goOn(NOTHING, text), [text])} />;
}
