import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { t } from "../words";
import { IconButton } from "./Button";

type Props = { open: boolean; onClose: () => void; title: string; children: ReactNode; wide?: boolean | "two columns" };

export function Dialog({ open, onClose, title, children, wide = false }: Props) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-black/30" />
        <Base.Popup
          className={`card lifted fixed top-1/2 left-1/2 z-50 max-h-[86vh] -translate-x-1/2 -translate-y-1/2 overflow-y-auto p-5 ${wide === true ? "w-[560px]" : wide ? "w-[780px]" : "w-[440px]"} max-w-[92vw]`}
        >
          <div className="mb-2 flex items-start gap-3">
            <Base.Title className="min-w-0 flex-1 text-read font-semibold">{title}</Base.Title>
            <Base.Close render={<IconButton label={t("close")} tip={false} className="-mt-1 -mr-1.5" />}>
              <X size={15} />
            </Base.Close>
          </div>
          {children}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
