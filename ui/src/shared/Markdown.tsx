import { memo, useEffect, useMemo, useState } from "react";
import remend from "remend";
import { useLanguage } from "../words";
import { GROUP, goOn, NOTHING, type Parted } from "./blocks";
import { Growing } from "./Code";
import { elementsOf } from "./elements";
import { isTooMuch, OrPlain, Plain, shown } from "./Plain";

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
        <Read text={streaming ? remend(shown(text)) : shown(text)} />
      </Growing>
    </OrPlain>
  );
});

/** A finished message has the same blocks as while it streamed, in arrays of its own: they are compared by what they say. */
const Group = memo(
  function Group({ blocks }: { blocks: readonly string[] }) {
    return (
      // Only what is long is left out of sight: less than that would be taken for higher than it is until it is seen, and move what is read.
      <div className={blocks.length === GROUP ? "blocks" : undefined}>
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
