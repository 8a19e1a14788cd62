import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { show } from "../test/backend";
import { useAction, useOffered } from "./actions";

let done: string[] = [];

function Offers({ id, keys, enabled = true }: { id: string; keys: { key: string; mod?: boolean }; enabled?: boolean }) {
  useAction({ id, group: "go", label: id, keys, run: () => done.push(id) }, { enabled });
  return <textarea aria-label={`notes of ${id}`} />;
}

test("a shortcut acts while its action is offered, and a plain letter that is typed is a letter", async () => {
  done = [];
  const { unmount } = show(
    <>
      <Offers id="plain" keys={{ key: "n" }} />
      <Offers id="with-mod" keys={{ key: "n", mod: true }} />
      <Offers id="off" keys={{ key: "o" }} enabled={false} />
      <Offers id="sign" keys={{ key: "?" }} />
    </>,
  );
  await userEvent.keyboard("n");
  await userEvent.keyboard("{Control>}n{/Control}");
  await userEvent.keyboard("o");
  await userEvent.keyboard("{Shift>}?{/Shift}");
  expect(done).toEqual(["plain", "with-mod", "sign"]);
  await userEvent.type(screen.getByLabelText("notes of plain"), "n?");
  await userEvent.keyboard("{Control>}n{/Control}");
  expect(done).toEqual(["plain", "with-mod", "sign", "with-mod"]);
  unmount();
  expect(useOffered.getState().actions).toEqual({});
});

test("nothing that lies below a dialog is reached", async () => {
  done = [];
  show(
    <>
      <Offers id="below" keys={{ key: "b" }} />
      <div role="dialog">On top</div>
    </>,
  );
  await userEvent.keyboard("b");
  expect(done).toEqual([]);
});
