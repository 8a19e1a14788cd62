import { call, commands } from "../../backend";
import { tell } from "../../shared/Done";
import { t } from "../../words";

/** Asks where an export goes, writes it there and offers to open it. Nothing happens where the person closes the dialog. */
export async function exportTo(write: (folder: string) => ReturnType<typeof commands.exportAll>): Promise<void> {
  const folder = await call(commands.chooseExportFolder());
  if (!folder) return;
  const path = await call(write(folder));
  tell({
    text: t("data.exported", { path }),
    action: { label: t("data.open"), run: () => call(commands.openFolder(path)) },
  });
}
