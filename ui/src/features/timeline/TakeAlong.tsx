import { Check, ChevronDown } from "lucide-react";
import { useEffect, useState } from "react";
import { call, commands, type ReportFormat } from "../../backend";
import { useAction } from "../../shared/actions";
import { Button } from "../../shared/Button";
import { copy } from "../../shared/clipboard";
import { Menu, MenuItem, MenuLine } from "../../shared/Menu";
import { sentence } from "../../shared/Notice";
import { t } from "../../words";

const FORMATS: ReportFormat[] = ["html", "markdown", "json"];
const TOLD_MS = 4000;

type Props = { id: string; onError: (what: string) => void };

/** The whole history as a file, or on the clipboard. */
export function TakeAlong({ id, onError }: Props) {
  const [done, setDone] = useState<string | null>(null);
  useEffect(() => {
    if (done === null) return;
    const over = setTimeout(() => setDone(null), TOLD_MS);
    return () => clearTimeout(over);
  }, [done]);
  const attempt = (work: Promise<string | null>) =>
    void work.then(setDone).catch((failure) => onError(sentence(failure)));
  const save = async (format: ReportFormat) => {
    const path = await call(commands.saveReport(id, format));
    return path && t("timeline.savedTo", { path });
  };
  const copyText = async (format: ReportFormat) => {
    return (await copy(await call(commands.reportText(id, format)))) ? t("copied") : null;
  };
  return (
    <>
      {FORMATS.map((format) => (
        <Offered
          key={format}
          format={format}
          save={() => attempt(save(format))}
          copy={() => attempt(copyText(format))}
        />
      ))}
      <Menu
        trigger={
          <Button data-testid="take-along">
            {t("timeline.takeAlong")}
            <ChevronDown size={13} aria-hidden className="-mr-1" />
          </Button>
        }
      >
        {FORMATS.map((format) => (
          <MenuItem key={format} testid={`save-${format}`} onClick={() => attempt(save(format))}>
            {t(`timeline.save_${format}`)}
          </MenuItem>
        ))}
        <MenuLine />
        {FORMATS.map((format) => (
          <MenuItem key={format} testid={`copy-${format}`} onClick={() => attempt(copyText(format))}>
            {t(`timeline.copy_${format}`)}
          </MenuItem>
        ))}
      </Menu>
      <p
        role="status"
        data-testid="taken-along"
        className="flex min-w-0 basis-full items-center gap-1.5 text-passed text-small empty:-mt-2"
      >
        {done && (
          <>
            <Check size={13} aria-hidden className="shrink-0" />
            <span title={done} className="truncate">
              {done}
            </span>
          </>
        )}
      </p>
    </>
  );
}

function Offered({ format, save, copy }: { format: ReportFormat; save: () => void; copy: () => void }) {
  const also = t("actions.history_also");
  useAction({ id: "save_history", which: format, label: t(`timeline.save_${format}`), also, run: save });
  useAction({ id: "copy_history", which: format, label: t(`timeline.copy_${format}`), also, run: copy });
  return null;
}
