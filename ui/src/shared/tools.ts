import type { Doing } from "../backend";
import { said, t } from "../words";

/** What a tool does, in words. */
export const toolName = (tool: string): string => said(`work.tool_${tool}`) ?? tool.replaceAll("_", " ");

/** What is being done, and with what. */
export const doingWhat = ({ tool, subject }: Doing): string =>
  subject === "" ? toolName(tool) : t("line.doing", { tool: toolName(tool), subject });
