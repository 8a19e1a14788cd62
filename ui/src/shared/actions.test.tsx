import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { show } from "../test/backend";
import { keyNames, labelOf, useAction, useOffered } from "./actions";
import { ACTIONS, type ActionId, entryOf, IN_FIELDS, type Keys } from "./shortcuts";

let done: string[] = [];

function Offers({ id, enabled = true }: { id: ActionId; enabled?: boolean }) {
  useAction({ id, run: () => done.push(id) }, { enabled });
  return <textarea aria-label={`notes of ${id}`} />;
}

test("a shortcut acts while its action is offered, and a plain letter that is typed is a letter", async () => {
  done = [];
  const { unmount } = show(
    <>
      <Offers id="new" />
      <Offers id="palette" />
      <Offers id="approve" enabled={false} />
      <Offers id="shortcuts" />
      <Offers id="tab_plan" />
    </>,
  );
  await userEvent.keyboard("n");
  await userEvent.keyboard("{Control>}k{/Control}");
  await userEvent.keyboard("a");
  await userEvent.keyboard("{Shift>}?{/Shift}");
  await userEvent.keyboard("{Control>}2{/Control}");
  expect(done).toEqual(["new", "palette", "shortcuts", "tab_plan"]);
  await userEvent.type(screen.getByLabelText("notes of new"), "n?");
  await userEvent.keyboard("{Control>}k{/Control}");
  expect(done).toEqual(["new", "palette", "shortcuts", "tab_plan", "palette"]);
  unmount();
  expect(useOffered.getState().actions).toEqual({});
});

test("nothing that lies below a dialog is reached", async () => {
  done = [];
  show(
    <>
      <Offers id="new" />
      <div role="dialog">On top</div>
    </>,
  );
  await userEvent.keyboard("n");
  expect(done).toEqual([]);
});

const ids = Object.keys(ACTIONS) as ActionId[];
const written = (keys: Keys) => keyNames(keys);

test("no two actions that can be offered at once have the same keys", () => {
  const taken = new Map<string, ActionId>();
  for (const id of ids) {
    const { keys, insteadOf } = entryOf(id);
    if (!keys) continue;
    const other = taken.get(written(keys));
    if (other) expect(`${id} instead of ${insteadOf}`).toBe(`${id} instead of ${other}`);
    taken.set(written(keys), id);
  }
  // What a field has for itself with Ctrl must reach it: plain keys do, because nothing listens for them while one types.
  for (const keys of Object.values(IN_FIELDS) as Keys[]) if (keys.mod) expect(taken.get(written(keys))).toBeUndefined();
});

test("every action of the table is offered by somebody, and has a name", () => {
  const sources = import.meta.glob(["../**/*.tsx", "../**/*.ts", "!../**/*.test.*"], {
    query: "?raw",
    import: "default",
    eager: true,
  });
  const offering = Object.entries(sources as Record<string, string>)
    .filter(([path, text]) => !path.endsWith("/shortcuts.ts") && text.includes("useAction"))
    .map(([, text]) => text)
    .join("\n");
  const named = new Set([...offering.matchAll(/\bid: "(\w+)"|theme\("(\w+)"/g)].map((found) => found[1] ?? found[2]));
  // The views of a build are offered by their names.
  expect(offering).toMatch(/id: `tab_\$\{tab\}`/);
  expect(ids.filter((id) => !named.has(id) && !id.startsWith("tab_"))).toEqual([]);
  for (const id of ids) expect(labelOf(id)).not.toContain("actions.");
});

test("the tabs of the table are the tabs of a build", async () => {
  const head = (await import("../features/builds/BuildHead.tsx?raw")).default;
  const tabs = ids.filter((id) => id.startsWith("tab_")).map((id) => id.replace("tab_", ""));
  for (const tab of tabs) expect(head).toContain(`name: "${tab}"`);
});
