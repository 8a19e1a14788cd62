import { fireEvent, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { t } from "../words";
import { Guard } from "./Guard";
import { lazily } from "./lazily";

function Page({ name }: { name: string }) {
  return <p>{name}</p>;
}

test("a part is loaded once, when it is first shown, and what waits stands there until then", async () => {
  const load = vi.fn(async () => Page);
  const Part = lazily(load, <p>Coming</p>);
  expect(load).not.toHaveBeenCalled();
  const { unmount } = render(<Part name="First" />);
  expect(screen.getByText("Coming")).toBeInTheDocument();
  expect(await screen.findByText("First")).toBeInTheDocument();
  unmount();
  render(<Part name="Second" />);
  expect(screen.getByText("Second")).toBeInTheDocument();
  expect(load).toHaveBeenCalledTimes(1);
});

test("a part that could not be loaded is said, and asked for once more", async () => {
  vi.spyOn(console, "error").mockImplementation(() => undefined);
  const load = vi.fn(async () => Page).mockRejectedValueOnce(new Error("The file is gone."));
  const Part = lazily(load);
  render(
    <Guard>
      <Part name="There" />
    </Guard>,
  );
  expect(await screen.findByText(/The file is gone/)).toBeInTheDocument();
  fireEvent.click(screen.getByRole("button", { name: t("problem.again") }));
  expect(await screen.findByText("There")).toBeInTheDocument();
});

test("what was loaded ahead is there at once, and a failure of that is not said", async () => {
  const load = vi.fn(async () => Page).mockRejectedValueOnce(new Error("The file is gone."));
  const Part = lazily(load, <p>Coming</p>);
  Part.ahead();
  await vi.waitFor(() => {
    Part.ahead();
    expect(load).toHaveBeenCalledTimes(2);
  });
  render(<Part name="There" />);
  expect(screen.getByText("There")).toBeInTheDocument();
  expect(load).toHaveBeenCalledTimes(2);
});
