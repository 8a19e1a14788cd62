import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { call, commands, queries } from "../../backend";
import { finish, leave, press, release, useDictation } from "./dictation";
import { useShown } from "./shown";

/** The keys of voice, wherever in the window the person is: what was held on one page may be let go on another. */
export function useVoiceKeys() {
  const settings = useQuery(queries.settings());
  const held = settings.data?.voice.key ?? "";
  useEffect(() => {
    // A page that is loaded anew knows nothing of what the one before it began.
    if (!useDictation.getState().busy) void call(commands.letDictationGo()).catch(() => undefined);
    void call(commands.endMicrophoneTrial()).catch(() => undefined);
    // Where nothing can be seen of it, nothing listens.
    return () => {
      if (useDictation.getState().microphone !== "off") finish();
    };
  }, []);
  useEffect(() => {
    const down = (event: KeyboardEvent) => {
      // What is asked on top comes first.
      const covered = document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null;
      if (event.key === "Escape" && useDictation.getState().microphone !== "off" && !covered) {
        // It means the microphone, and not what is being edited beside it.
        event.preventDefault();
        event.stopPropagation();
        finish();
        return;
      }
      if (held === "" || event.key !== held || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
      const target = useShown.getState().targets.at(-1);
      if (!target || covered) return;
      event.preventDefault();
      if (!event.repeat) void press(target, "key");
    };
    const up = (event: KeyboardEvent) => {
      if (event.key === held) release("key");
      else if (event.key === " ") release("space");
    };
    const lifted = () => release("button");
    const on: [string, (event: never) => void][] = [
      ["keydown", down],
      ["keyup", up],
      ["pointerup", lifted],
      ["pointercancel", lifted],
      // Not when something in the window loses the focus: when the window does.
      ["blur", (event: FocusEvent) => event.target === window && leave()],
    ];
    for (const [name, act] of on) window.addEventListener(name, act as EventListener, true);
    return () => {
      for (const [name, act] of on) window.removeEventListener(name, act as EventListener, true);
    };
  }, [held]);
}
