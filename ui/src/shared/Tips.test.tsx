import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { backend, show } from "../test/backend";
import { IconButton } from "./Button";
import { Tips } from "./Tips";

function Two() {
  return (
    <>
      <IconButton label="Search everywhere" action="search">
        S
      </IconButton>
      <IconButton label="Close" tip={false}>
        x
      </IconButton>
      <Tips />
    </>
  );
}

const tip = () => screen.queryByTestId("tooltip");

test("a button that is only a picture says what it is to the pointer that rests on it, with its keys", async () => {
  backend({});
  show(<Two />);
  const search = screen.getByRole("button", { name: "Search everywhere" });
  await userEvent.hover(search);
  expect(tip()).toBeNull();
  await waitFor(() => expect(tip()).toHaveTextContent(/^Search everywhere.*F/));
  await userEvent.hover(screen.getByRole("button", { name: "Close" }));
  await waitFor(() => expect(tip()).toBeNull());
});

test("it goes with a click, with Escape, and with its button", async () => {
  backend({});
  const { rerender } = show(<Two />);
  const search = screen.getByRole("button", { name: "Search everywhere" });
  for (const end of [
    () => fireEvent.pointerDown(search),
    () => userEvent.keyboard("{Escape}"),
    () => rerender(<Tips />),
  ]) {
    await userEvent.unhover(search);
    await userEvent.hover(search);
    await waitFor(() => expect(tip()).toBeTruthy());
    await end();
    await waitFor(() => expect(tip()).toBeNull());
  }
});
