import type { DragEvent } from "react";
import { call, commands, type Dropped, type DroppedFile } from "../../backend";

/** What was dropped: files, and the path of a folder. */
export type Drop = {
  files: File[];
  /** Null where a folder was dropped and the system does not say where it lies; undefined where none was. */
  folder: string | null | undefined;
};

/** A drop passes several views, and Rust tells what it was once. */
const known = new WeakMap<Event, Promise<Drop>>();

/** What this drop brings, on every system: files from the page where it gets them, and from Rust where it does not. */
export function dropped({ nativeEvent }: DragEvent): Promise<Drop> {
  const before = known.get(nativeEvent);
  if (before) return before;
  const drop = look(nativeEvent);
  known.set(nativeEvent, drop);
  return drop;
}

async function look({ dataTransfer }: globalThis.DragEvent): Promise<Drop> {
  // What can be asked while the event is handled is gone after it.
  const items = [...(dataTransfer?.items ?? [])];
  const hasFolder = items.some((item) => item.kind === "file" && item.webkitGetAsEntry()?.isDirectory);
  const files = [...(dataTransfer?.files ?? [])];
  const isKept = !dataTransfer?.types.includes("text/uri-list");
  if (isKept) return { files: hasFolder ? [] : files, folder: hasFolder ? null : undefined };
  const told: Dropped = await call(commands.takeDropped());
  return { files: files.length > 0 ? files : told.files.map(asFile), folder: told.folder ?? undefined };
}

/** By their endings: what came as a path has no type. */
const PICTURES: Record<string, string> = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
};

function asFile({ name, data }: DroppedFile): File {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  return new File([bytes], name, { type: PICTURES[name.split(".").at(-1)?.toLowerCase() ?? ""] ?? "" });
}
