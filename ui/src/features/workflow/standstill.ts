import { said } from "../../words";

/** Why a build stands still, in a few words, where its code is known. */
export const whyItStands = (code: string | null): string | undefined => said(`standstill.why_${code}`);
