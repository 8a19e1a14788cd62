import type { Standstill } from "../../backend";
import { told } from "../../shared/told";
import { said } from "../../words";

/** Why a build stands still, in a few words, where its code is known. */
export const whyItStands = (code: string | null): string | undefined => said(`standstill.why_${code}`);

/** The same whole, and what can be done, in the person's language, where all that belongs to it is known. */
export const toldWhy = (still: Pick<Standstill, "code" | "facts">): string | undefined =>
  told(still, "standstill.text_") ?? told(still);
