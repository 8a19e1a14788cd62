import { FileText, Paperclip, X } from "lucide-react";
import { useRef } from "react";
import type { AttachedFile } from "../../backend";
import { useAction } from "../../shared/actions";
import { IconButton } from "../../shared/Button";
import { size } from "../../shared/size";
import { t } from "../../words";
import { ChosenPictures } from "../pictures/Pictures";
import type { useAttachments } from "./useAttachments";

type Chosen = ReturnType<typeof useAttachments>;

/** Chooses pictures and text files from this machine. */
export function Attach({ add }: Pick<Chosen, "add">) {
  const input = useRef<HTMLInputElement>(null);
  useAction({ id: "attach", run: () => input.current?.click() });
  return (
    <>
      <IconButton label={t("files.attach")} onClick={() => input.current?.click()}>
        <Paperclip size={15} />
      </IconButton>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-testid="choose-files"
        aria-label={t("files.attach")}
        onChange={(event) => {
          void add([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
    </>
  );
}

/** What will be sent along, with a way to take each out again. */
export function Chosen({ pictures, files, problem, removePicture, removeFile }: Chosen) {
  if (pictures.length === 0 && files.length === 0 && !problem) return null;
  return (
    <div className="flex flex-col gap-2 pb-2">
      <ChosenPictures pictures={pictures} remove={removePicture} />
      {files.length > 0 && (
        <ul className="flex flex-wrap gap-1.5" data-testid="chosen-files">
          {files.map((file, at) => (
            <li
              key={`${at} ${file.name}`}
              className="flex max-w-full items-center rounded-control border border-line bg-surface"
            >
              <Chip name={file.name} bytes={new TextEncoder().encode(file.text).length} />
              <IconButton
                label={t("files.remove", { name: file.name })}
                className="size-6 text-third"
                onClick={() => removeFile(at)}
              >
                <X size={12} />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      {problem && (
        <p role="alert" data-testid="files-problem" className="text-failed text-small">
          {problem}
        </p>
      )}
    </div>
  );
}

function Chip({ name, bytes }: { name: string; bytes: number }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5 py-1 pr-1 pl-2 text-small">
      <FileText size={13} aria-hidden className="shrink-0 text-third" />
      <bdi className="min-w-0 truncate" title={name}>
        {name}
      </bdi>
      <span className="shrink-0 text-third">{size(bytes)}</span>
    </span>
  );
}

/** The files of a message that was sent. Each opens outside of it: a message that is scrolled away is no longer drawn. */
export function Attached({ files, onOpen }: { files: AttachedFile[]; onOpen: (file: AttachedFile) => void }) {
  if (files.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-1.5 whitespace-normal pt-2">
      {files.map((file, at) => (
        <li key={`${at} ${file.name}`} className="max-w-full">
          <button
            type="button"
            data-testid="attached-file"
            aria-label={t("files.open", { name: file.name })}
            onClick={() => onOpen(file)}
            className="flex max-w-full rounded-control border border-line bg-panel pr-1 text-left hover:border-third"
          >
            <Chip name={file.name} bytes={file.bytes} />
          </button>
        </li>
      ))}
    </ul>
  );
}
