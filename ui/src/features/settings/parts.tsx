import { type ReactNode, useState } from "react";
import type { Settings } from "../../backend";
import type { SettingsSection } from "../../desk";
import { Input } from "../../shared/Input";
import { Switch } from "../../shared/Switch";

/** What a section of the settings is given. */
export type Part = { settings: Settings; onSave: (part: Partial<Settings>) => void };

/** A section that belongs to the one above it has no place of its own to be led to. */
type SectionProps = { id?: SettingsSection; title: string; text?: string; children: ReactNode };

export function Section({ id, title, text, children }: SectionProps) {
  return (
    <section id={id && `settings-${id}`} className="scroll-mt-6">
      <h2 className="font-semibold text-read">{title}</h2>
      {text && <p className="text-second">{text}</p>}
      <div className="pt-3">{children}</div>
    </section>
  );
}

export function Line({ label, hint, children }: { label: string; hint?: string; children: ReactNode }) {
  return (
    <div className="flex min-h-11 items-center gap-3 px-4 py-2">
      <span className="min-w-[40%] flex-1">
        {label}
        {hint && <span className="block text-small text-third">{hint}</span>}
      </span>
      {children}
    </div>
  );
}

/** Something that is on or off, at once. */
export function SwitchLine({ label, hint, on, onChange, testid }: SwitchProps) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the switch, inside
    <label className="flex min-h-11 items-center gap-3 px-4 py-2">
      <span className="min-w-0 flex-1">
        {label}
        {hint && <span className="block break-words text-small text-third">{hint}</span>}
      </span>
      <Switch label={label} checked={on} onChange={onChange} {...(testid ? { "data-testid": testid } : {})} />
    </label>
  );
}

type SwitchProps = {
  label: string;
  hint?: string;
  on: boolean;
  onChange: (on: boolean) => void;
  testid?: string;
};

export function NumberField({
  label,
  value,
  min,
  max,
  step = 1,
  onSave,
}: {
  label: string;
  value: number;
  min: number;
  max: number;
  step?: number;
  onSave: (value: number) => void;
}) {
  const [text, setText] = useState<string | null>(null);
  const keep = () => {
    const number = Number(text);
    if (
      text !== null &&
      Number.isFinite(number) &&
      (step < 1 || Number.isInteger(number)) &&
      number >= min &&
      number <= max &&
      number !== value
    )
      onSave(number);
    setText(null);
  };
  return (
    <Input
      type="number"
      aria-label={label}
      min={min}
      max={max}
      step={step}
      value={text ?? value}
      onChange={(event) => setText(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => event.key === "Enter" && keep()}
      className="w-[72px] text-right"
    />
  );
}
