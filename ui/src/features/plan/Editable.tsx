import { useContext, useEffect, useRef, useState } from "react";
import { TextArea } from "../../shared/TextArea";
import { Drafts } from "./drafts";

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
  const { left, keep } = useContext(Drafts);
  const done = () => {
    typed.current = false;
    keep(label, null);
  };
  const save = async (text: string) => {
    if (text === value || (await onSave(text))) done();
  };
  const kept = editable ? left?.[label] : undefined;
  const newest = useRef(save);
  newest.current = save;
  useEffect(() => {
    // The window was gone before the field was left: it is left now.
    if (kept === undefined) return;
    typed.current = true;
    setText(kept);
    void newest.current(kept);
  }, [kept]);
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
        keep(label, event.target.value);
      }}
      onBlur={() => void save(text)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Escape") {
          done();
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
