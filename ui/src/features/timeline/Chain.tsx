import { ShieldCheck, ShieldX } from "lucide-react";
import { type ChainCheck, call, commands } from "../../backend";
import { Button } from "../../shared/Button";
import { sentence } from "../../shared/Notice";
import { t } from "../../words";

type Props = { id: string; chain: ChainCheck | null; onError: (what: string) => void };

/** Whether the trail is whole, and what to do where it is not. */
export function Chain({ id, chain, onError }: Props) {
  const save = async () => void (await call(commands.saveReport(id, "json")));
  return (
    <div role="status" data-testid="chain">
      {chain?.ok && (
        <p className="flex items-start gap-2 border-line border-b bg-passed-bg px-6 py-2 text-passed">
          <ShieldCheck size={16} aria-hidden className="mt-0.5 shrink-0" />
          <span className="min-w-0">
            {t("timeline.whole", { count: chain.events })}{" "}
            <span data-selectable className="break-all font-mono text-small">
              {t("timeline.head", { hash: chain.head })}
            </span>
          </span>
        </p>
      )}
      {chain && !chain.ok && (
        <div
          data-testid="chain-broken"
          className="flex items-start gap-2.5 border-line border-b bg-failed-bg px-6 py-2.5 text-failed"
        >
          <ShieldX size={16} aria-hidden className="mt-0.5 shrink-0" />
          <div className="min-w-0 flex-1">
            <p className="font-medium">{chain.detail}</p>
            <p className="text-ink">{t("timeline.broken", { event: chain.broken_at })}</p>
          </div>
          <Button onClick={() => void save().catch((failure) => onError(sentence(failure)))}>
            {t("timeline.saveAsIs")}
          </Button>
        </div>
      )}
    </div>
  );
}
