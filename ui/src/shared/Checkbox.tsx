import { Checkbox as Base } from "@base-ui/react/checkbox";
import { Check } from "lucide-react";
import type { ReactNode } from "react";

type Props = {
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  /** What is chosen, beside the box. */
  children: ReactNode;
  className?: string;
  "data-testid"?: string;
};

/** A choice that is sent with something else. What takes effect at once is a {@link Switch}. */
export function Checkbox({ checked, onChange, disabled = false, children, className = "", ...rest }: Props) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is Base UI's, inside
    <label className={`flex items-center gap-2 ${disabled ? "opacity-45" : ""} ${className}`}>
      <Base.Root
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        className="flex size-4 shrink-0 items-center justify-center rounded-[4px] border border-third bg-panel data-[checked]:border-primary data-[checked]:bg-primary"
        {...rest}
      >
        <Base.Indicator className="text-on-primary">
          <Check size={12} strokeWidth={3} aria-hidden />
        </Base.Indicator>
      </Base.Root>
      {children}
    </label>
  );
}
