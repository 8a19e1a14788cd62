export type * from "./bindings";
export { commands } from "./bindings";
export { CommandError, call } from "./call";
export { client } from "./client";
export { type Conversation, fetchEarlier } from "./conversation";
export { listen, onAskedFor } from "./events";
export { beginDictation, beginMicrophoneTrial, fetchSpeechModel } from "./hear";
export { queries } from "./queries";
export { type Calling, type Streaming, useSaying, useStreams, watch } from "./stream";
