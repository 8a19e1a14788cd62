import { useEffect, useState } from "react";
import { TextArea } from "../../shared/TextArea";

type Props = {
  label: string;
  value: string;
  editable: boolean;
  onSave: (text: string) => Promise<boolean>;
  placeholder?: string;
  className?: string;
};

/** A text that is edited where it stands. It is saved when the field is left; a refusal keeps what was typed. */
export function Editable({ label, value, editable, onSave, placeholder, className = "" }: Props) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  if (!editable) {
    return (
      <p data-selectable className={`min-h-6 whitespace-pre-wrap break-words ${className}`}>
        {value}
      </p>
    );
  }
  return (
    <TextArea
      aria-label={label}
      value={text}
      rows={1}
      placeholder={placeholder}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => text !== value && void onSave(text)}
      onKeyDown={(event) => {
        if (event.key === "Escape") setText(value);
        if (event.key === "Enter" && !event.shiftKey) {
          event.preventDefault();
          event.currentTarget.blur();
        }
      }}
      className={`-mx-1.5 min-h-6 w-[calc(100%+12px)] rounded-[5px] px-1.5 py-px transition-colors hover:bg-faint focus:bg-faint focus:shadow-[inset_0_0_0_1px_var(--third)] ${className}`}
    />
  );
}
