import { type ReactNode, useState } from "react";
import type { SectionName } from "./sections";

type SectionProps = { name: SectionName; title: string; text?: string; children: ReactNode };

export function Section({ name, title, text, children }: SectionProps) {
  return (
    <section data-section={name} className="scroll-mt-6">
      <h2 tabIndex={-1} className="quiet-focus font-semibold text-read">
        {title}
      </h2>
      {text && <p className="text-second">{text}</p>}
      <div className="pt-3">{children}</div>
    </section>
  );
}

export function Line({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="flex min-h-11 items-center gap-3 px-4 py-2">
      <span className="flex-1">{label}</span>
      {children}
    </div>
  );
}

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
    <input
      type="number"
      aria-label={label}
      min={min}
      max={max}
      step={step}
      value={text ?? value}
      onChange={(event) => setText(event.target.value)}
      onBlur={keep}
      onKeyDown={(event) => event.key === "Enter" && keep()}
      className="h-7 w-[72px] rounded-control border border-line bg-panel px-2 text-right"
    />
  );
}
