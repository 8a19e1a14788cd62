import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { queries } from "../../backend";
import { press, register, release, type Target } from "./dictation";
import { insert } from "./field";

/** A field that can be spoken into. `send` is what "send it" does. */
export function useDictatedField(target: Target, send: () => void) {
  const area = useRef<HTMLTextAreaElement>(null);
  const sending = useRef(send);
  sending.current = send;
  const settings = useQuery(queries.settings());
  const isSetUp = settings.data !== undefined && settings.data.voice.by !== "nobody";
  const { key } = target;
  useEffect(
    () =>
      register(key, {
        insert: (text, begins) => area.current && insert(area.current, text, begins),
        send: () => sending.current(),
        before: () => area.current?.value.slice(0, area.current.selectionStart) ?? "",
      }),
    [key],
  );
  return {
    ref: area,
    /** Space held in an empty field speaks: it would type nothing of worth there. */
    onSpace: (event: KeyboardEvent<HTMLTextAreaElement>) => {
      if (event.key !== " " || event.currentTarget.value !== "" || event.nativeEvent.isComposing || !isSetUp) return;
      if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      if (event.repeat) return;
      void press(target, { held: true });
      const up = (lifted: globalThis.KeyboardEvent) => {
        if (lifted.key !== " ") return;
        window.removeEventListener("keyup", up);
        // A space typed by mistake must not leave a microphone open.
        release({ touch: "forget" });
      };
      window.addEventListener("keyup", up);
    },
  };
}
