import { useEffect, useRef, useState } from "react";
import { TextArea } from "../../shared/TextArea";

type Props = {
  label: string;
  value: string;
  editable: boolean;
  onSave: (text: string) => Promise<boolean>;
  placeholder?: string;
  className?: string;
};

/**
 * A text that is edited where it stands. It is saved when the field is left. What was typed stays, whatever happens meanwhile: while it is
 * not saved, nothing takes its place.
 */
export function Editable({ label, value, editable, onSave, placeholder, className = "" }: Props) {
  const [text, setText] = useState(value);
  const typed = useRef(false);
  useEffect(() => {
    if (!typed.current) setText(value);
  }, [value]);
  const save = async () => {
    if (text === value) typed.current = false;
    else if (await onSave(text)) typed.current = false;
  };
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
      onChange={(event) => {
        typed.current = true;
        setText(event.target.value);
      }}
      onBlur={() => void save()}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Escape") {
          typed.current = false;
          setText(value);
        }
        if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
          event.preventDefault();
          event.currentTarget.blur();
        }
      }}
      className={`-mx-1.5 min-h-6 w-[calc(100%+12px)] rounded-[5px] px-1.5 py-px transition-colors hover:bg-faint focus:bg-faint focus:shadow-[inset_0_0_0_1px_var(--third)] ${className}`}
    />
  );
}
