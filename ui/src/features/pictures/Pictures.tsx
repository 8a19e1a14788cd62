import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { queries } from "../../backend";
import { sentence } from "../../shared/Notice";
import { t } from "../../words";
import { dataUrl } from "./prepare";
import type { usePictures } from "./usePictures";

type Chosen = ReturnType<typeof usePictures>;

/** Pictures that will be sent along, small, with a way to take each out again. */
export function ChosenPictures({ pictures, remove }: Pick<Chosen, "pictures" | "remove">) {
  if (pictures.length === 0) return null;
  return (
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
