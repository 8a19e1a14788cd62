import { Switch as Base } from "@base-ui/react/switch";

type Props = {
  label: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  "data-testid"?: string;
};

/** On or off, at once. Its name stands beside it on the page. */
export function Switch({ label, checked, onChange, disabled = false, ...rest }: Props) {
  return (
    <Base.Root
      aria-label={label}
      checked={checked}
      onCheckedChange={onChange}
      disabled={disabled}
      className="flex h-[18px] w-[30px] shrink-0 items-center rounded-full border border-third bg-faint p-px transition-colors disabled:opacity-45 data-[checked]:border-primary data-[checked]:bg-primary"
      {...rest}
    >
      <Base.Thumb className="size-[14px] rounded-full bg-third transition-transform data-[checked]:translate-x-3 data-[checked]:bg-on-primary" />
    </Base.Root>
  );
}
