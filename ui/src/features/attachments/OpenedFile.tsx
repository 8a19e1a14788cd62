import { useQuery } from "@tanstack/react-query";
import { type AttachedFile, queries } from "../../backend";
import { Dialog } from "../../shared/Dialog";
import { Notice, sentence } from "../../shared/Notice";

/** An attached file as plain text, whatever is in it. */
export function OpenedFile({ file, onClose }: { file: AttachedFile; onClose: () => void }) {
  const text = useQuery(queries.attachedFile(file.hash));
  return (
    <Dialog open onClose={onClose} title={file.name} wide>
      {text.isError && <Notice>{sentence(text.error)}</Notice>}
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keyboard, too
        tabIndex={0}
        data-selectable
        data-testid="file-text"
        dir="auto"
        className="max-h-[60vh] min-h-[60px] overflow-auto rounded-control border border-line bg-surface px-3 py-2 font-mono text-small leading-5"
      >
        {text.data}
      </pre>
    </Dialog>
  );
}
