import { useRef, useState } from "react";
import { call, client, commands, type FileToAttach, queries } from "../../backend";
import { sentence } from "../../shared/Notice";

/** Sending what the person says: once per click, and what was typed is kept until it has arrived. */
export function useSay(id: string) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const key = useRef(crypto.randomUUID());
  const tried = useRef("");
  const send = async (text: string, images: string[] = [], files: FileToAttach[] = [], onSent = () => {}) => {
    if (text.trim() === "") return false;
    return arrive(JSON.stringify([text, images, files]), onSent, () =>
      call(commands.sendMessage(id, text, images, files, key.current)),
    );
  };
  /** One of the person's messages in other words: the talk goes back to before it. */
  const sayAnew = (messageId: string, text: string) =>
    arrive(
      JSON.stringify([messageId, text]),
      () => {},
      () => call(commands.sayAnew(id, messageId, text, key.current)),
    );
  const arrive = async (what: string, onSent: () => void, deliver: () => Promise<unknown>): Promise<boolean> => {
    if (busy) return false;
    // The same thing tried again is one message; another one is another.
    if (what !== tried.current) key.current = crypto.randomUUID();
    tried.current = what;
    setBusy(true);
    setError(null);
    try {
      await deliver();
      key.current = crypto.randomUUID();
      tried.current = "";
      onSent();
      await client.invalidateQueries({ queryKey: queries.conversation(id).queryKey });
      return true;
    } catch (failure) {
      setError(sentence(failure));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { send, sayAnew, busy, error, forget: () => setError(null) };
}
