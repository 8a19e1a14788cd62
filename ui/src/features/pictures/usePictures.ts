import { useRef, useState } from "react";
import { useDraft } from "../../shared/useDraft";
import { t } from "../../words";
import { MOST, type Picture, picturesAmong, prepare } from "./prepare";

/** The pictures that go with what is being typed. Kept like the text, so that a crash loses none. */
export function usePictures(key: string) {
  const [kept, keep, clear] = useDraft(`pictures-${key}`);
  const [problem, setProblem] = useState<string | null>(null);
  const [preparing, setPreparing] = useState(0);
  const pictures = read(kept);
  // What is made ready takes a while: it is added to what is there then.
  const newest = useRef(pictures);
  newest.current = pictures;
  const set = (next: Picture[]) => {
    newest.current = next;
    if (next.length === 0) clear();
    else keep(JSON.stringify(next));
  };
  const add = async (files: Iterable<File>) => {
    setProblem(null);
    const found = picturesAmong(files);
    setPreparing((count) => count + 1);
    const results = await Promise.allSettled(found.slice(0, MOST).map(prepare));
    setPreparing((count) => count - 1);
    if (results.some((result) => result.status === "rejected")) setProblem(t("pictures.unreadable"));
    const ready = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
    if (newest.current.length + found.length > MOST) setProblem(t("pictures.tooMany", { most: MOST }));
    if (ready.length > 0) set([...newest.current, ...ready].slice(0, MOST));
  };
  return {
    pictures,
    problem,
    add,
    /** Some are still being made ready. */
    preparing: preparing > 0,
    remove: (at: number) => set(newest.current.filter((_, index) => index !== at)),
    /** Takes out those that were sent; what came since stays. */
    removeSent: (sent: readonly Picture[]) => {
      setProblem(null);
      set(newest.current.filter((each) => !sent.some(({ data }) => data === each.data)));
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
