/** A picture that is ready to be sent: base64 without a prefix, and what kind it is. */
export type Picture = { media: string; data: string };

/** So many go with one message. */
export const MOST = 6;
/** What models take. */
const KINDS = ["image/png", "image/jpeg", "image/gif", "image/webp"];
/** Providers scale larger ones down themselves, and charge for what they do not show the model (Anthropic's vision documentation). */
const LONGEST = 1568;
/** A smaller one is sent as it is. */
const SMALL = 1024 * 1024;

export const dataUrl = ({ media, data }: Picture): string => `data:${media};base64,${data}`;

/** The pictures among files. */
export const picturesAmong = (files: Iterable<File>): File[] =>
  [...files].filter((file) => file.type.startsWith("image/"));

/**
 * Makes a picture ready: scaled down to what models look at. A photograph is always written anew, so that where it was taken does not go
 * along with it. Throws where it is no picture that can be read.
 */
export async function prepare(file: File): Promise<Picture> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const asItIs = scale === 1 && file.size <= SMALL && KINDS.includes(file.type) && file.type !== "image/jpeg";
  if (asItIs) return { media: file.type, data: await base64(file) };
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const drawing = canvas.getContext("2d");
  if (!drawing) throw new Error("no canvas");
  // JPEG has no transparency: what was transparent is white, as on paper.
  drawing.fillStyle = "#fff";
  drawing.fillRect(0, 0, canvas.width, canvas.height);
  drawing.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const [head = "", data = ""] = canvas.toDataURL("image/jpeg", 0.88).split(",");
  return { media: /data:(.*?);/.exec(head)?.[1] ?? "image/jpeg", data };
}

async function base64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result).split(",")[1] ?? "");
    reader.onerror = () => reject(reader.error ?? new Error("unreadable"));
    reader.readAsDataURL(file);
  });
}
