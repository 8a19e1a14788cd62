import { Autocomplete } from "@base-ui/react/autocomplete";
import { Dialog } from "@base-ui/react/dialog";
import { Search } from "lucide-react";
import { useId, useRef, useState } from "react";
import { keyList } from "../../shared/actions";
import { Key } from "../../shared/Button";
import { isMac } from "../../shared/keys";
import { t } from "../../words";
import { type Entry, type EntryGroup, useEntries } from "./entries";
import { remember } from "./recent";

/** Everything that can be done, by its name. What is chosen is done when the palette is gone and the focus is back. */
export function Palette({ open, onClose }: { open: boolean; onClose: () => void }) {
  const chosen = useRef<Entry | null>(null);
  const choose = (entry: Entry) => {
    chosen.current = entry;
    remember(entry.key);
    onClose();
  };
  return (
    <Dialog.Root
      open={open}
      onOpenChange={(next) => !next && onClose()}
      onOpenChangeComplete={(isOpen) => {
        if (isOpen) return;
        const entry = chosen.current;
        chosen.current = null;
        entry?.run();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/30" />
        <Dialog.Popup
          data-testid="palette"
          aria-label={t("actions.palette")}
          className="card lifted fixed top-[12vh] left-1/2 z-50 flex max-h-[min(520px,76vh)] w-[600px] max-w-[92vw] -translate-x-1/2 flex-col overflow-hidden"
        >
          <Choices onChoose={choose} onClose={onClose} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Choices({ onChoose, onClose }: { onChoose: (entry: Entry) => void; onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const groups = useEntries(typed);
  const hint = useId();
  return (
    <Autocomplete.Root
      open
      inline
      items={groups}
      filter={null}
      autoHighlight="always"
      keepHighlight
      value={typed}
      onValueChange={(text, { reason }) => reason !== "item-press" && setTyped(text)}
      itemToStringValue={(entry: Entry) => entry.title}
    >
      <div className="flex h-12 shrink-0 items-center gap-2.5 border-line border-b px-4">
        <Search size={15} aria-hidden className="text-third" />
        <Autocomplete.Input
          data-testid="palette-input"
          aria-label={t("actions.palette")}
          aria-describedby={hint}
          placeholder={t("palette.placeholder")}
          onKeyDown={(event) => {
            if (event.key.toLowerCase() !== "k" || !(isMac ? event.metaKey : event.ctrlKey)) return;
            event.preventDefault();
            onClose();
          }}
          className="quiet-focus h-full min-w-0 flex-1 bg-transparent text-read placeholder:text-third"
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto p-1.5">
        <Autocomplete.Empty className="text-second empty:hidden">
          <p className="px-2.5 py-6 text-center">{t("palette.none")}</p>
        </Autocomplete.Empty>
        <Autocomplete.List>
          {(group: EntryGroup) => (
            <Autocomplete.Group key={group.value} items={group.items} className="not-last:mb-1.5">
              <Autocomplete.GroupLabel className="px-2.5 pt-1.5 pb-1 font-medium text-small text-third">
                {group.value}
              </Autocomplete.GroupLabel>
              <Autocomplete.Collection>
                {(entry: Entry) => <Row key={entry.key} entry={entry} onChoose={onChoose} />}
              </Autocomplete.Collection>
            </Autocomplete.Group>
          )}
        </Autocomplete.List>
      </div>
      <p
        id={hint}
        className="flex h-9 shrink-0 items-center gap-4 border-line border-t bg-raised px-4 text-small text-third"
      >
        <span>{t("palette.hintMove")}</span>
        <span>{t("palette.hintDo")}</span>
        <span>{t("palette.hintClose")}</span>
      </p>
    </Autocomplete.Root>
  );
}

function Row({ entry, onChoose }: { entry: Entry; onChoose: (entry: Entry) => void }) {
  return (
    <Autocomplete.Item
      value={entry}
      data-testid="palette-entry"
      onClick={() => onChoose(entry)}
      className="flex h-8 scroll-my-1.5 items-center gap-3 rounded-control px-2.5 data-[highlighted]:bg-faint"
    >
      <span className="min-w-0 shrink-0 max-w-[70%] truncate" title={entry.title}>
        {entry.title}
      </span>
      <span className="min-w-0 flex-1 truncate text-right text-second text-small">{entry.note}</span>
      {entry.keys && (
        <span className="flex shrink-0 gap-1 text-second">
          {keyList(entry.keys).map((name) => (
            <Key key={name}>{name}</Key>
          ))}
        </span>
      )}
    </Autocomplete.Item>
  );
}
