import { notifyManager } from "@tanstack/react-query";
import { Channel } from "@tauri-apps/api/core";
import { useSyncExternalStore } from "react";
import { create } from "zustand";
import { goOn, NOTHING, type Parted } from "../shared/blocks";
import { queue } from "../shared/queue";
import { type BuildStream, commands, type Role } from "./bindings";
import { call } from "./call";
import { client } from "./client";

/** A tool call that is being written: the beginning of its arguments, and how long they are. */
export type Calling = { tool: string; beginning: string; letters: number };

/** Calls by their place: who looks in late may see the second one first. Text is kept parted: joined to one, it would be copied with each piece of it. */
export type Streaming = { role: Role; words: Parted; reasoning: string[]; calls: Record<number, Calling> };

type Streams = {
  /** Messages that are being said right now, by id. */
  messages: Record<string, Streaming>;
  /** Output of running tool calls, by id. */
  outputs: Record<string, string>;
};

/** What arrives live from the build that is open. The store behind Rust stays the owner of everything that is finished. */
export const useStreams = create<Streams>(() => ({ messages: {}, outputs: {} }));

const nobody = () => () => undefined;

/** Looks at what is being said under an id. Without one nothing is listened to: most messages are finished, and come and go by the dozen. */
export function useSaying<T>(id: string | undefined, of: (saying: Streaming | undefined) => T): T {
  return useSyncExternalStore(id === undefined ? nobody : useStreams.subscribe, () =>
    of(id === undefined ? undefined : useStreams.getState().messages[id]),
  );
}

/** The end of a command's output is what is read live; the whole stands in the store when it is done. */
const LIVE_OUTPUT = 20_000;

/** What a call is about stands at the beginning of its arguments. */
const BEGINNING = 400;

const SILENT: Omit<Streaming, "role"> = { words: NOTHING, reasoning: [], calls: {} };

function add(id: string, role: Role, more: (before: Streaming) => Partial<Streaming>) {
  useStreams.setState(({ messages }) => {
    const before = messages[id] ?? { role, ...SILENT };
    return { messages: { ...messages, [id]: { ...before, ...more(before) } } };
  });
}

/** One build after the other: the one that is open now is the last that Rust hears of. */
const inTurn = queue();

/** Watches one build. Returns what ends it. */
export function watch(workflowId: string): () => void {
  useStreams.setState({ messages: {}, outputs: {} });
  const channel = new Channel<BuildStream>();
  channel.onmessage = (piece) => {
    if (piece.kind === "text") {
      add(piece.message_id, piece.role, ({ words }) => ({ words: goOn(words, piece.text) }));
    } else if (piece.kind === "reasoning") {
      add(piece.message_id, piece.role, ({ reasoning }) => ({ reasoning: [...reasoning, piece.text] }));
    } else if (piece.kind === "calling") {
      add(piece.message_id, piece.role, ({ calls }) => {
        const before = calls[piece.index];
        const call: Calling = {
          tool: piece.tool,
          beginning: ((before?.beginning ?? "") + piece.arguments).slice(0, BEGINNING),
          letters: (before?.letters ?? 0) + piece.arguments.length,
        };
        return { calls: { ...calls, [piece.index]: call } };
      });
    } else if (piece.kind === "output") {
      useStreams.setState(({ outputs }) => {
        const text = ((outputs[piece.activity_id] ?? "") + piece.text).slice(-LIVE_OUTPUT);
        return { outputs: { ...outputs, [piece.activity_id]: text } };
      });
    } else {
      void finish(workflowId, piece.message_id);
    }
  };
  let gone = false;
  // Without it the finished messages come all the same.
  void inTurn(async () => gone || call(commands.watchBuild(workflowId, channel))).catch(() => undefined);
  return () => {
    gone = true;
    // A channel that is still referenced keeps every message it ever carried.
    channel.onmessage = () => undefined;
  };
}

/** The finished message takes the place of the streamed one without a gap between them. */
async function finish(workflowId: string, messageId: string) {
  await client.invalidateQueries({ queryKey: ["conversation", workflowId] });
  // What the query found is told to the window in a moment: after that, or the message would be gone and come back.
  notifyManager.schedule(() =>
    useStreams.setState(({ messages }) => {
      const { [messageId]: _, ...rest } = messages;
      return { messages: rest };
    }),
  );
}
