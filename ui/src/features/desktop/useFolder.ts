import { type DragEvent, useEffect } from "react";
import { call, commands } from "../../backend";
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
    const dropped = [...event.dataTransfer.items].some((item) => item.webkitGetAsEntry()?.isDirectory);
    if (!dropped) return;
    event.preventDefault();
    void whereIsIt().then((path) => path && take(path));
  };
}

/** A page is not told where a folder lies. Rust is, on some systems; on the others the person points at it once more. */
async function whereIsIt(): Promise<string | null> {
  const told = await call(commands.takeDroppedFolder()).catch(() => null);
  return told ?? (await call(commands.chooseFolder()).catch(() => null));
}
