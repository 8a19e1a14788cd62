import { useRef, useState } from "react";
import { call, client, commands, queries } from "../../backend";
import { sentence } from "../../shared/Notice";

/** Sending what the person says: once per click, and what was typed is kept until it has arrived. */
export function useSay(id: string) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const key = useRef(crypto.randomUUID());
  const tried = useRef("");
  const send = async (text: string, images: string[] = [], onSent = () => {}): Promise<boolean> => {
    if (busy || text.trim() === "") return false;
    // The same thing tried again is one message; another one is another.
    const what = JSON.stringify([text, images]);
    if (what !== tried.current) key.current = crypto.randomUUID();
    tried.current = what;
    setBusy(true);
    setError(null);
    try {
      await call(commands.sendMessage(id, text, images, key.current));
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
  return { send, busy, error, forget: () => setError(null) };
}
