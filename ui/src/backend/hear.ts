import { Channel } from "@tauri-apps/api/core";
import { commands, type Dictated, type DictationWish, type Fetched } from "./bindings";
import { call } from "./call";

/** Carries what happens until the last message of its kind; a channel that is still referenced keeps every message it ever carried. */
function carrying<T>(tell: (message: T) => void, isLast: (message: T) => boolean): Channel<T> {
  const channel = new Channel<T>();
  channel.onmessage = (message) => {
    if (isLast(message)) channel.onmessage = () => undefined;
    tell(message);
  };
  return channel;
}

/** Begins to listen; `tell` gets what is heard, *done* last. */
export async function beginDictation(wish: DictationWish, tell: (heard: Dictated) => void): Promise<void> {
  const channel = carrying(tell, (heard) => heard.kind === "done");
  await call(commands.beginDictation(wish, channel));
}

/** Listens only to show how loud it is; *stopped* is last. */
export async function beginMicrophoneTrial(tell: (heard: Dictated) => void): Promise<void> {
  const channel = carrying(tell, (heard) => heard.kind === "stopped");
  await call(commands.beginMicrophoneTrial(channel));
}

/** Downloads a speech model; *ready* or *ended* is last. */
export async function fetchSpeechModel(id: string, tell: (fetched: Fetched) => void): Promise<void> {
  const channel = carrying(tell, (fetched) => fetched.kind !== "here");
  await call(commands.fetchSpeechModel(id, channel));
}
