import { type ClipboardEvent, type DragEvent, useRef, useState } from "react";
import { sentence } from "../../shared/Notice";
import { useDraft } from "../../shared/useDraft";
import { dropped } from "../desktop/dropped";
import { type Picture, picturesAmong } from "../pictures/prepare";
import { usePictures } from "../pictures/usePictures";
import { readText, type TextFile, together } from "./read";

/** What goes with one message. */
export type Attached = { pictures: readonly Picture[]; files: readonly TextFile[] };

/** The pictures and text files that go with what is being typed: pasted, dropped or chosen. Kept like the text, so that a crash loses none. */
export function useAttachments(key: string) {
  const pictures = usePictures(key);
  const [kept, keep, clear] = useDraft(`files-${key}`);
  const [problem, setProblem] = useState<string | null>(null);
  const [reading, setReading] = useState(0);
  const files = filesOf(kept);
  // What is read takes a while: it is added to what is there then.
  const newest = useRef(files);
  newest.current = files;
  const set = (next: TextFile[]) => {
    newest.current = next;
    if (next.length === 0) clear();
    else keep(JSON.stringify(next));
  };
  const addFiles = async (found: File[]) => {
    setReading((count) => count + 1);
    const results = await Promise.allSettled(found.map(readText));
    setReading((count) => count - 1);
    const read = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    const refused = results.find((result) => result.status === "rejected");
    const { files, problem } = together(newest.current, read);
    setProblem(problem ?? (refused ? sentence(refused.reason) : null));
    if (files.length > newest.current.length) set(files);
  };
  const add = async (chosen: Iterable<File>) => {
    const all = [...chosen];
    const shown = picturesAmong(all);
    const others = all.filter((file) => !shown.includes(file));
    setProblem(null);
    await Promise.all([shown.length > 0 && pictures.add(shown), others.length > 0 && addFiles(others)]);
  };
  return {
    pictures: pictures.pictures,
    files,
    problem: problem ?? pictures.problem,
    add,
    /** Some are still being made ready. */
    preparing: pictures.preparing || reading > 0,
    removePicture: pictures.remove,
    removeFile: (at: number) => set(newest.current.filter((_, index) => index !== at)),
    /** Takes out those that were sent; what came since stays. */
    removeSent: (sent: Attached) => {
      setProblem(null);
      pictures.removeSent(sent.pictures);
      set(
        newest.current.filter((each) => !sent.files.some(({ name, text }) => name === each.name && text === each.text)),
      );
    },
    /** For the field that takes them. */
    field: {
      onPaste: (event: ClipboardEvent) => {
        // What is copied out of a table or a text brings a picture of itself along: the words are meant.
        if (event.clipboardData.types.includes("text/plain") || event.clipboardData.files.length === 0) return;
        event.preventDefault();
        void add(event.clipboardData.files);
      },
      onDragOver: (event: DragEvent) => event.preventDefault(),
      onDrop: (event: DragEvent) => {
        event.preventDefault();
        void dropped(event)
          .then(({ files }) => add(files))
          .catch((failure) => setProblem(sentence(failure)));
      },
    },
  };
}

function filesOf(kept: string): TextFile[] {
  try {
    const found = JSON.parse(kept) as TextFile[];
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}
