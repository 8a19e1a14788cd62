export type * from "./bindings";
export { commands } from "./bindings";
export { CommandError, call } from "./call";
export { listen, onAskedFor } from "./events";
export { beginDictation, beginMicrophoneTrial, fetchSpeechModel } from "./hear";
export { client, queries } from "./queries";
export { type Calling, type Streaming, useStreams, watch } from "./stream";
