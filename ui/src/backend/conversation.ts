import { queryOptions } from "@tanstack/react-query";
import { type ConversationItem, type ConversationPart, commands } from "./bindings";
import { call } from "./call";
import { client } from "./client";

/** What is known of a conversation: its end, and as much before it as was fetched. */
export type Conversation = {
  items: ConversationItem[];
  /** So many messages stand before the first one that is here. */
  earlier: number;
  /** As long as it stays the same, older messages are as they were. */
  stamp: string;
  /** The person's messages after this number can be said anew; null once building has begun. */
  anewAfter: number | null;
};

const keyOf = (id: string) => ["conversation", id];

/**
 * The conversation of a build. Its end is asked for first, and afterwards only what is new: a long conversation never comes as a whole, and
 * messages that are known keep their identity, so that nothing of them is drawn again.
 */
export const conversationOf = (id: string) =>
  queryOptions({ queryKey: keyOf(id), queryFn: () => goOn(id), structuralSharing: false });

async function goOn(id: string): Promise<Conversation> {
  const last = known(id)?.items.at(-1);
  if (last) {
    const part = await call(commands.conversation(id, { kind: "after", seq: last.seq }));
    // Older messages may have come meanwhile.
    const now = known(id);
    const follows = now?.items.at(-1) === last && part.earlier === now.earlier + now.items.length;
    if (now && follows && part.stamp === now.stamp) {
      const items = part.items.length > 0 ? [...now.items, ...part.items] : now.items;
      return { ...now, items, anewAfter: part.anew_after };
    }
  }
  return whole(await call(commands.conversation(id, { kind: "newest" })));
}

const known = (id: string) => client.getQueryData<Conversation>(keyOf(id));

const whole = ({ items, earlier, stamp, anew_after }: ConversationPart): Conversation => ({
  items,
  earlier,
  stamp,
  anewAfter: anew_after,
});

/** Time for the window to answer between two pieces; and before the first of them, to draw the end, which is what is wanted. */
const PAUSE = 20;
const FIRST_PAUSE = 400;

/** What did not come is asked for again after so long. */
const AFTER_FAILURE = 2000;

/** Fetches what stands before, piece by piece, while the conversation is looked at. Returns what ends it. */
export function fetchEarlier(id: string): () => void {
  let gone = false;
  const fetch = async () => {
    for (let pause = FIRST_PAUSE; ; ) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = PAUSE;
      const first = known(id)?.items[0];
      if (gone || !first || known(id)?.earlier === 0) return;
      const part = await call(commands.conversation(id, { kind: "before", seq: first.seq })).catch(() => null);
      if (gone) return;
      if (!part) {
        pause = AFTER_FAILURE;
        continue;
      }
      const now = known(id);
      // Something was taken back, or it was asked for anew: then it begins from what is there by now.
      if (now?.items[0] !== first) continue;
      if (part.stamp !== now.stamp) {
        await client.invalidateQueries({ queryKey: keyOf(id) });
        pause = FIRST_PAUSE;
        continue;
      }
      client.setQueryData<Conversation>(keyOf(id), {
        ...now,
        items: [...part.items, ...now.items],
        earlier: part.items.length > 0 ? part.earlier : 0,
      });
    }
  };
  void fetch();
  return () => {
    gone = true;
  };
}
