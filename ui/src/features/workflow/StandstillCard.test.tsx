import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import { useDesk } from "../../desk";
import { aBuild, backend, show, theSettings } from "../../test/backend";
import { StandstillCard } from "./StandstillCard";

const still = (code: string, next_action: "try_again" | "connect_model") => {
  const build = aBuild({ open_handoff: null });
  const standstill = { code, reason: "In English.", facts: "{}", next_action };
  return { ...build, summary: { ...build.summary, status: "blocked" as const }, standstill };
};

test("an approval that was given while the build is paused is kept, and the card says so", () => {
  backend({ get_settings: () => theSettings() });
  const build = aBuild();
  const paused = { ...build, summary: { ...build.summary, status: "paused" as const } };
  const { rerender } = show(<StandstillCard build={paused} />);
  expect(screen.getByTestId("standstill")).toHaveTextContent("starts again from its last checkpoint");
  rerender(<div />);
  show(<StandstillCard build={{ ...paused, open_handoff: null }} />);
  expect(screen.getByTestId("standstill")).toHaveTextContent("Your approval is kept.");
});

test("what the practice model cannot build leads to what it can", async () => {
  backend({ get_settings: () => theSettings() });
  show(<StandstillCard build={still("not_a_sample", "connect_model")} />);
  await userEvent.click(screen.getByRole("button", { name: "Choose a sample" }));
  expect(useDesk.getState().place).toEqual({ view: "new" });
});

test("a model that cannot be reached leads to its connection", async () => {
  backend({ get_settings: () => theSettings() });
  show(<StandstillCard build={still("model_unreachable", "try_again")} />);
  await userEvent.click(screen.getByRole("button", { name: "Look at the connection" }));
  expect(useDesk.getState().place).toMatchObject({ view: "settings", section: "models" });
});
