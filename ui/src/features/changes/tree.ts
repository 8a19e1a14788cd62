import type { FileChange } from "../../backend";

/** A row of the tree: a folder, or a file with its place in the list. */
export type TreeRow =
  | { kind: "folder"; path: string; name: string; depth: number; open: boolean }
  | { kind: "file"; file: FileChange; index: number; name: string; depth: number };

type Folder = { folders: Map<string, Folder>; files: { file: FileChange; index: number; name: string }[] };

const folder = (): Folder => ({ folders: new Map(), files: [] });

/** The files as a tree, folders first; folders with nothing but one folder in them share its row. */
export function treeRows(files: readonly FileChange[], closed: ReadonlySet<string>): TreeRow[] {
  const root = folder();
  files.forEach((file, index) => {
    const path = file.path.split("/");
    const name = path.pop() ?? file.path;
    let at = root;
    for (const part of path) {
      const next = at.folders.get(part) ?? folder();
      at.folders.set(part, next);
      at = next;
    }
    at.files.push({ file, index, name });
  });
  const rows: TreeRow[] = [];
  const walk = (at: Folder, prefix: string, depth: number) => {
    for (let [name, inner] of at.folders) {
      let path = prefix + name;
      for (let only = onlyFolder(inner); only; only = onlyFolder(inner)) {
        name = `${name}/${only[0]}`;
        path = `${path}/${only[0]}`;
        inner = only[1];
      }
      const open = !closed.has(path);
      rows.push({ kind: "folder", path, name, depth, open });
      if (open) walk(inner, `${path}/`, depth + 1);
    }
    for (const each of at.files) rows.push({ kind: "file", ...each, depth });
  };
  walk(root, "", 0);
  return rows;
}

function onlyFolder({ folders, files }: Folder): [string, Folder] | undefined {
  return files.length === 0 && folders.size === 1 ? [...folders][0] : undefined;
}

/** The files in the order in which the tree shows them: scrolling and the tree go the same way. */
export function inTreeOrder(files: readonly FileChange[]): FileChange[] {
  return treeRows(files, new Set()).flatMap((row) => (row.kind === "file" ? [row.file] : []));
}
