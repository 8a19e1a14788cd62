import { type KeyboardEvent, useRef } from "react";
import { useAction } from "../../shared/actions";
import { Key } from "../../shared/Button";
import { t } from "../../words";

type Props = {
  choices: string[];
  busy: boolean;
  onChoose: (choice: string) => void;
  /** The person wants to say it in words of their own. */
  onElse: () => void;
};

const LOOK =
  "flex items-center gap-2 rounded-full border border-line px-3 py-0.5 text-left text-second hover:border-third hover:text-ink disabled:opacity-50";

/** Answers to a closed question: by a click, by their number, or with the arrow keys among them. */
export function QuickReplies({ choices, busy, onChoose, onElse }: Props) {
  const group = useRef<HTMLFieldSetElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    const buttons = [...(group.current?.querySelectorAll("button") ?? [])];
    const from = buttons.indexOf(document.activeElement as HTMLButtonElement);
    buttons[(from + by + buttons.length) % buttons.length]?.focus();
  };
  return (
    <fieldset
      ref={group}
      data-testid="quick-replies"
      aria-label={t("conversation.choices")}
      onKeyDown={onKeyDown}
      className="-mt-2 flex flex-wrap gap-2 pl-[38px]"
    >
      {choices.map((choice, index) => (
        <Choice key={choice} index={index} choice={choice} busy={busy} onChoose={() => onChoose(choice)} />
      ))}
      <button type="button" data-testid="something-else" onClick={onElse} className={LOOK}>
        {t("conversation.somethingElse")}
      </button>
    </fieldset>
  );
}

function Choice({
  index,
  choice,
  busy,
  onChoose,
}: {
  index: number;
  choice: string;
  busy: boolean;
  onChoose: () => void;
}) {
  const key = `${index + 1}`;
  useAction(
    { id: "answer", which: key, label: t("conversation.answer", { choice }), keys: { key }, run: onChoose },
    { enabled: index < 9 && !busy },
  );
  return (
    <button
      type="button"
      data-testid={`quick-reply-${index}`}
      data-answer
      disabled={busy}
      onClick={onChoose}
      className={LOOK}
    >
      <span className="min-w-0">{choice}</span>
      {index < 9 && <Key>{key}</Key>}
    </button>
  );
}
