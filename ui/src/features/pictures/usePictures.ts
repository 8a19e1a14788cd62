import { type ClipboardEvent, type DragEvent, useState } from "react";
import { useDraft } from "../../shared/useDraft";
import { t } from "../../words";
import { MOST, type Picture, picturesAmong, prepare } from "./prepare";

/** The pictures that go with what is being typed: pasted, dropped or chosen. Kept like the text, so that a crash loses none. */
export function usePictures(key: string) {
  const [kept, keep, clear] = useDraft(`pictures-${key}`);
  const [problem, setProblem] = useState<string | null>(null);
  const pictures = read(kept);
  const set = (next: Picture[]) => (next.length === 0 ? clear() : keep(JSON.stringify(next)));
  const add = async (files: Iterable<File>) => {
    setProblem(null);
    const found = picturesAmong(files);
    const room = MOST - pictures.length;
    if (found.length > room) setProblem(t("pictures.tooMany", { most: MOST }));
    const results = await Promise.allSettled(found.slice(0, Math.max(0, room)).map(prepare));
    if (results.some((result) => result.status === "rejected")) setProblem(t("pictures.unreadable"));
    const ready = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    if (ready.length > 0) set([...pictures, ...ready]);
  };
  return {
    pictures,
    problem,
    add,
    remove: (at: number) => set(pictures.filter((_, index) => index !== at)),
    clear,
    forget: () => setProblem(null),
    /** For the field that takes them. */
    field: {
      onPaste: (event: ClipboardEvent) => {
        if (picturesAmong(event.clipboardData.files).length === 0) return;
        event.preventDefault();
        void add(event.clipboardData.files);
      },
      onDragOver: (event: DragEvent) => event.preventDefault(),
      onDrop: (event: DragEvent) => {
        event.preventDefault();
        void add(event.dataTransfer.files);
      },
    },
  };
}

function read(kept: string): Picture[] {
  try {
    const found = JSON.parse(kept) as Picture[];
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}
