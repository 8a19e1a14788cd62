import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { queries } from "../../backend";
import { press, type Target } from "./dictation";
import { insert } from "./field";
import { useShown } from "./shown";
import { expect, register } from "./words";

type Wanted = {
  target: Target;
  /** What "send it" does. */
  send: () => void;
  /** The draft is there: words that came before it would take its place. */
  loaded: boolean;
};

/** A field that can be spoken into. */
export function useDictatedField({ target, send, loaded }: Wanted) {
  const area = useRef<HTMLTextAreaElement>(null);
  const sending = useRef(send);
  sending.current = send;
  const settings = useQuery(queries.settings());
  const isSetUp = settings.data !== undefined && settings.data.voice.by !== "nobody";
  const { key, workflowId } = target;
  useEffect(() => {
    if (!loaded) return expect(key);
    const gone = register(key, {
      insert: (text, begins) => {
        if (area.current) insert(area.current, text, begins);
        return area.current !== null;
      },
      send: () => sending.current(),
      before: () => area.current?.value.slice(0, area.current.selectionStart) ?? "",
    });
    useShown.getState().appear({ key, workflowId });
    return () => {
      gone();
      useShown.getState().vanish(key);
    };
  }, [key, workflowId, loaded]);
  return {
    ref: area,
    /** Space held in an empty field speaks: it would type nothing of worth there. */
    onSpace: (event: KeyboardEvent<HTMLTextAreaElement>) => {
      if (event.key !== " " || event.currentTarget.value !== "" || event.nativeEvent.isComposing || !isSetUp) return;
      if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      if (!event.repeat) void press(target, "space");
    },
  };
}
