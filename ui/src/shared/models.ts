import { t } from "../words";

/** What a model is called: the practice model has a name in the person's language, any other the one it was given. */
export const modelName = (model: string): string => (model === "practice" ? t("setup.practice") : model);
