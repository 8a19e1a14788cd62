import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { t, useLanguage } from "../words";
import { copy } from "./clipboard";

export function CopyButton({
  text,
  label: what = t("copy"),
  className = "",
  icon = true,
}: {
  text: () => string;
  label?: string;
  className?: string;
  /** Nobody sees it yet where this is false: it is there for the keyboard. */
  icon?: boolean;
}) {
  const [copied, setCopied] = useState(false);
  // It stands in blocks that are drawn once.
  useLanguage();
  const label = copied ? t("copied") : what;
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={`inline-flex size-6 items-center justify-center rounded-control text-third hover:bg-faint hover:text-ink ${className}`}
      onClick={() => {
        void copy(text()).then((done) => {
          setCopied(done);
          setTimeout(() => setCopied(false), 1500);
        });
      }}
    >
      {icon && (copied ? <Check size={14} /> : <Copy size={14} />)}
    </button>
  );
}
