import { type DragEvent, useEffect } from "react";
import { call, commands } from "../../backend";
import { dropped } from "./dropped";
import { useOutside } from "./wanted";

/** Takes folders from outside: asked for in a menu, or dropped onto the view that puts this on its drop. Files are left to others. */
export function useFolder(take: (path: string) => void): (event: DragEvent) => void {
  const asked = useOutside((outside) => outside.folder);
  useEffect(() => {
    if (asked === null) return;
    take(asked);
    useOutside.setState({ folder: null });
  }, [asked, take]);
  return (event) => {
    event.preventDefault();
    void whereIs(event)
      .then((path) => path && take(path))
      // A file that cannot be read is said by who takes files.
      .catch(() => undefined);
  };
}

async function whereIs(event: DragEvent): Promise<string | null | undefined> {
  const { folder } = await dropped(event);
  // Where the system does not say, the person points at it once more.
  return folder === null ? call(commands.chooseFolder()) : folder;
}
