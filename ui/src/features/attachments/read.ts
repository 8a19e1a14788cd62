import { size } from "../../shared/size";
import { t } from "../../words";

/** A text file that is ready to be sent. */
export type TextFile = { name: string; text: string };

/** So many go with one message. Rust holds to the same numbers (`engine/src/attachments.rs`), and has the last word. */
export const MOST_FILES = 10;
const MOST_BYTES = 200_000;
const MOST_TOGETHER = 400_000;

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

/** Reads a file as text. Throws a sentence for the person where it is none, or too long to be read by a model. */
export async function readText(file: File): Promise<TextFile> {
  if (file.size > MOST_BYTES) {
    throw new Error(t("files.tooLarge", { name: file.name, size: size(file.size), most: size(MOST_BYTES) }));
  }
  const text = decode(await file.arrayBuffer());
  if (text === null) throw new Error(t("files.noText", { name: file.name }));
  return { name: file.name, text };
}

/** UTF-8, or UTF-16 with its mark; null for what is no text. */
function decode(bytes: ArrayBuffer): string | null {
  const [first, second] = new Uint8Array(bytes.slice(0, 2));
  const encoding =
    first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    // Texts have tabs, ends of lines and pages, and the escapes of a coloured log; nothing else below the blank.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
    return /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** Adds files to those that are there; what does not fit any more is left out, and said. */
export function together(files: TextFile[], more: TextFile[]): { files: TextFile[]; problem: string | null } {
  const all = [...files];
  let bytes = files.reduce((sum, file) => sum + bytesOf(file.text), 0);
  let problem: string | null = null;
  for (const file of more) {
    bytes += bytesOf(file.text);
    if (all.length >= MOST_FILES) return { files: all, problem: t("files.tooMany", { most: MOST_FILES }) };
    if (bytes > MOST_TOGETHER)
      return { files: all, problem: t("files.tooLargeTogether", { most: size(MOST_TOGETHER) }) };
    all.push(file);
    problem = null;
  }
  return { files: all, problem };
}
