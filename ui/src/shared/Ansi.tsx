import Anser from "anser";
import { useMemo } from "react";

// Sequences that move the cursor, set titles or clear are dropped; only colour and weight are kept.
const CONTROL =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that terminals use
  /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b\[[0-9;?<>=!]*[@-ln-~]|\u001b[@-Z\\^_]|[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f]/g;

/** Output of a command, with its colours. */
export function Ansi({ text }: { text: string }) {
  const parts = useMemo(() => Anser.ansiToJson(text.replace(CONTROL, ""), { remove_empty: true }), [text]);
  return (
    <pre
      data-selectable
      className="overflow-x-auto whitespace-pre-wrap break-words font-mono text-small leading-[18px]"
    >
      {parts.map((part, index) => (
        <span
          key={index}
          style={{
            color: part.fg ? `rgb(${part.fg})` : undefined,
            fontWeight: part.decorations.includes("bold") ? 600 : undefined,
          }}
        >
          {part.content}
        </span>
      ))}
    </pre>
  );
}
