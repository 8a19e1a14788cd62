import { AlertTriangle, X } from "lucide-react";
import type { ReactNode } from "react";
import { CommandError, type WireError } from "../backend";
import { t } from "../words";
import { IconButton } from "./Button";
import { toldWhy } from "./told";

/** An error, where the person is: what happened, and what can be done. */
export function Notice({
  children,
  onDismiss,
  action,
}: {
  children: ReactNode;
  onDismiss?: () => void;
  action?: ReactNode;
}) {
  return (
    <div
      role="alert"
      data-testid="error-notice"
      data-selectable
      className="flex items-start gap-2.5 rounded-control bg-failed-bg px-3 py-2 text-failed"
    >
      <AlertTriangle size={16} className="mt-0.5 shrink-0" aria-hidden />
      <div className="min-w-0 flex-1 break-words">{children}</div>
      {action}
      {onDismiss && (
        <IconButton label={t("problem.dismiss")} onClick={onDismiss} className="-my-1 text-failed hover:text-failed">
          <X size={14} />
        </IconButton>
      )}
    </div>
  );
}

/** The sentence of whatever was thrown: in the person's language where what it is about is known, and otherwise as it came. */
export function sentence(error: unknown): string {
  if (isWireError(error)) return toldWhy(error) ?? error.message;
  return error instanceof Error ? error.message : String(error);
}

/** What a command threw, or what came as part of its answer. */
const isWireError = (error: unknown): error is WireError =>
  error instanceof CommandError || (typeof error === "object" && error !== null && "code" in error && "facts" in error);
