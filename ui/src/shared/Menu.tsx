import { Menu as Base } from "@base-ui/react/menu";
import type { ReactElement, ReactNode } from "react";
import { Key } from "./Button";

type Props = {
  /** The button that opens it. */
  trigger: ReactElement;
  align?: "start" | "end";
  /** {@link MenuItem}s and {@link MenuLine}s. */
  children: ReactNode;
};

/** What else can be done, behind a button. */
export function Menu({ trigger, align = "end", children }: Props) {
  return (
    <Base.Root>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} className="z-30">
          <Base.Popup className="card lifted min-w-[190px] p-1">{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

type ItemProps = { onClick: () => void; children: ReactNode; keys?: string; disabled?: boolean; testid?: string };

export function MenuItem({ onClick, children, keys, disabled = false, testid }: ItemProps) {
  return (
    <Base.Item
      data-testid={testid}
      disabled={disabled}
      onClick={onClick}
      className="flex h-7 items-center gap-4 rounded-control px-2.5 outline-none data-[highlighted]:bg-faint data-[disabled]:opacity-45"
    >
      <span className="flex-1">{children}</span>
      {keys && <Key>{keys}</Key>}
    </Base.Item>
  );
}

/** Parts what belongs together. */
export function MenuLine() {
  return <Base.Separator className="my-1 h-px bg-line" />;
}
