import { useQuery } from "@tanstack/react-query";
import { SquareArrowOutUpRight } from "lucide-react";
import { call, commands, type OpenWith, queries } from "../../backend";
import { useAction } from "../../shared/actions";
import { IconButton } from "../../shared/Button";
import { Menu, MenuItem } from "../../shared/Menu";
import { sentence } from "../../shared/Notice";
import { t } from "../../words";

type Open = (program: OpenWith) => void;

/** Opens a build's project, or one of its files, in another program; what goes wrong is said as a sentence. */
export function useOpenIn(id: string, path: string | null, onTrouble: (sentence: string) => void): Open {
  return (program) =>
    void call(commands.openIn(id, program, path)).catch((failure: unknown) => onTrouble(sentence(failure)));
}

/** The editor that would open it, by its name. */
function useEditorLabel(): string {
  const { data } = useQuery(queries.surroundings());
  const editor = data?.editors.find((each) => each.id === data.editor);
  return editor ? t("desktop.openEditor", { program: editor.title }) : t("desktop.openAnyEditor");
}

/** The project of a build, in what the machine has for it: items of a menu. */
export function OpenProject({ open }: { open: Open }) {
  const inEditor = useEditorLabel();
  return (
    <>
      <MenuItem onClick={() => open("file_manager")}>{t("desktop.openFolder")}</MenuItem>
      <MenuItem testid="open-editor" onClick={() => open("editor")}>
        {inEditor}
      </MenuItem>
      <MenuItem testid="open-terminal" onClick={() => open("terminal")}>
        {t("desktop.openTerminal")}
      </MenuItem>
    </>
  );
}

/** The same for the palette. */
export function useOpenActions(open: Open) {
  const inEditor = useEditorLabel();
  useAction({ id: "open_folder", run: () => open("file_manager") });
  useAction({ id: "open_editor", label: inEditor, run: () => open("editor") });
  useAction({ id: "open_terminal", run: () => open("terminal") });
}

/** One changed file, in an editor or where it lies. */
export function OpenFile({ id, path, onTrouble }: { id: string; path: string; onTrouble: (sentence: string) => void }) {
  const open = useOpenIn(id, path, onTrouble);
  const inEditor = useEditorLabel();
  return (
    <Menu
      trigger={
        <IconButton label={t("desktop.file")} data-testid="open-file">
          <SquareArrowOutUpRight size={14} />
        </IconButton>
      }
    >
      <MenuItem testid="open-file-editor" onClick={() => open("editor")}>
        {inEditor}
      </MenuItem>
      <MenuItem onClick={() => open("file_manager")}>{t("desktop.showFile")}</MenuItem>
    </Menu>
  );
}
