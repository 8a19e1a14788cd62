import { useQuery } from "@tanstack/react-query";
import { ImagePlus, X } from "lucide-react";
import { useRef } from "react";
import { queries } from "../../backend";
import { useAction } from "../../shared/actions";
import { IconButton } from "../../shared/Button";
import { sentence } from "../../shared/Notice";
import { t } from "../../words";
import { dataUrl } from "./prepare";
import type { usePictures } from "./usePictures";

type Chosen = ReturnType<typeof usePictures>;

/** What will be sent along, small, with a way to take each out again. */
export function Chosen({ pictures, problem, remove }: Chosen) {
  if (pictures.length === 0 && !problem) return null;
  return (
    <div className="pb-2">
      <ul className="flex flex-wrap gap-2" data-testid="pictures">
        {pictures.map((picture, at) => (
          <li key={`${at} ${picture.data.length}`} className="group relative">
            <img
              src={dataUrl(picture)}
              alt={t("pictures.number", { number: at + 1 })}
              className="size-14 rounded-control border border-line object-cover"
            />
            <button
              type="button"
              aria-label={t("pictures.remove", { number: at + 1 })}
              title={t("pictures.remove", { number: at + 1 })}
              onClick={() => remove(at)}
              className="-top-1.5 -right-1.5 absolute flex size-[18px] items-center justify-center rounded-full bg-primary text-on-primary opacity-0 focus-visible:opacity-100 group-hover:opacity-100"
            >
              <X size={11} />
            </button>
          </li>
        ))}
      </ul>
      {problem && (
        <p role="alert" className="pt-1 text-failed text-small">
          {problem}
        </p>
      )}
    </div>
  );
}

/** Chooses pictures from this machine. */
export function AddPicture({ add }: Pick<Chosen, "add">) {
  const input = useRef<HTMLInputElement>(null);
  useAction({ id: "add_picture", run: () => input.current?.click() });
  return (
    <>
      <IconButton label={t("pictures.add")} onClick={() => input.current?.click()}>
        <ImagePlus size={15} />
      </IconButton>
      <input
        ref={input}
        type="file"
        accept="image/png,image/jpeg,image/gif,image/webp"
        multiple
        hidden
        data-testid="choose-pictures"
        aria-label={t("pictures.add")}
        onChange={(event) => {
          void add([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
    </>
  );
}

/** Pictures of a message that was sent. */
export function Shown({ hashes }: { hashes: string[] }) {
  if (hashes.length === 0) return null;
  return (
    <div className="flex flex-wrap gap-2 pt-2">
      {hashes.map((hash, at) => (
        <Kept key={hash} hash={hash} number={at + 1} />
      ))}
    </div>
  );
}

function Kept({ hash, number }: { hash: string; number: number }) {
  const image = useQuery(queries.image(hash));
  if (image.isError) return <span className="text-small text-third">{sentence(image.error)}</span>;
  if (!image.data) return <span className="h-[120px] w-[160px] rounded-control bg-faint" />;
  return (
    <img
      src={image.data}
      alt={t("pictures.number", { number })}
      data-testid="shown-picture"
      className="max-h-[220px] max-w-full rounded-control border border-line"
    />
  );
}
