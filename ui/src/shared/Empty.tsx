import type { ReactNode } from "react";

/** Nothing is here yet: what will be, and the one thing to do. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-1 px-8 pb-16 text-center">
      <h2 className="font-semibold">{title}</h2>
      <p className="max-w-[380px] text-second">{children}</p>
      {action && <div className="mt-3">{action}</div>}
    </div>
  );
}
