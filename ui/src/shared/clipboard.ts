import { t } from "../words";
import { tell } from "./Done";

/** Puts a text on the clipboard. False where the system does not allow it, which the person is told. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    tell({ text: t("notCopied") });
    return false;
  }
}
