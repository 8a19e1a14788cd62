import { Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "../../shared/Button";
import { Notice, sentence } from "../../shared/Notice";
import { day } from "../../shared/time";
import { t } from "../../words";
import { restore } from "./trash";

/** Above a build that is read in the trash. */
export function InTrash({ id, since }: { id: string; since: string }) {
  const [error, setError] = useState<string | null>(null);
  return (
    <div className="border-line border-t bg-surface px-4 py-2">
      <div className="flex items-center gap-2.5">
        <Trash2 size={15} aria-hidden className="shrink-0 text-second" />
        <p className="min-w-0 flex-1">{t("trash.inTrash", { day: day(since) })}</p>
        <Button
          data-testid="restore-this-build"
          onClick={() => void restore(id).catch((failure) => setError(sentence(failure)))}
        >
          {t("trash.restore")}
        </Button>
      </div>
      {error && (
        <div className="pt-2">
          <Notice onDismiss={() => setError(null)}>{error}</Notice>
        </div>
      )}
    </div>
  );
}
