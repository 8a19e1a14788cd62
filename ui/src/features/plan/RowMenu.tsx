import { MoreVertical } from "lucide-react";
import { IconButton } from "../../shared/Button";
import { Menu, MenuItem } from "../../shared/Menu";

export type RowAction = { label: string; run: () => void; disabled?: boolean; testid?: string };

/** What can be done with a row of the plan. */
export function RowMenu({ label, actions }: { label: string; actions: RowAction[] }) {
  return (
    <Menu
      trigger={
        <IconButton
          label={label}
          data-testid="row-menu"
          className="absolute top-1.5 -right-8 z-10 opacity-0 focus-visible:opacity-100 group-focus-within:opacity-100 group-hover:opacity-100 data-[popup-open]:opacity-100"
        >
          <MoreVertical size={14} />
        </IconButton>
      }
    >
      {actions.map(({ label, run, disabled = false, testid }) => (
        <MenuItem key={label} onClick={run} disabled={disabled} {...(testid === undefined ? {} : { testid })}>
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}

/** The same list with one of them elsewhere. */
export function moved<T>(all: readonly T[], from: number, to: number): T[] {
  const next = [...all];
  const [one] = next.splice(from, 1);
  if (one !== undefined) next.splice(to, 0, one);
  return next;
}

/** Alt with an arrow moves the row that is written in. */
export function stepOf(event: { key: string; altKey: boolean }): -1 | 0 | 1 {
  if (!event.altKey) return 0;
  return event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
}
