export type * from "./bindings";
export { commands } from "./bindings";
export { CommandError, call } from "./call";
export { listen } from "./events";
export { client, queries } from "./queries";
export { useStreams, watch } from "./stream";
