import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
import type { Statistics } from "../../backend";
import { useDesk } from "../../desk";
import { aBuild, backend, show } from "../../test/backend";
import { csv, number, words } from "./csv";
import { StatisticsPage } from "./StatisticsPage";

const some: Statistics = {
  total: 3,
  finished: 2,
  completion_rate: 2 / 3,
  first_pass_rate: 0.5,
  mean_duration_ms: 150_000,
  median_duration_ms: 120_000,
  by_status: [
    { status: "complete", builds: 2 },
    { status: "blocked", builds: 1 },
  ],
  by_state: [
    { state: "testing", builds: 1 },
    { state: "complete", builds: 2 },
  ],
  phases: [
    {
      phase: "implementation",
      role: "code_writer",
      builds: 2,
      attempts: 3,
      total_ms: 120_000,
      model_ms: 80_000,
      command_ms: 10_000,
      other_ms: 30_000,
    },
  ],
  roads: [{ from: "testing", to: "implementation", returns: 2, builds: 1, of: 2 }],
  standstills: [
    { code: "budget_used_up", times: 1, builds: 1 },
    { code: "something_new", times: 1, builds: 1 },
  ],
  usage: [
    { role: "code_writer", model: "scripted-1", calls: 4, input_tokens: 12_000, output_tokens: 340, cost: 0.25 },
    { role: "test_auditor", model: "=cmd()", calls: 1, input_tokens: 100, output_tokens: 10, cost: null },
  ],
};

const nothing: Statistics = {
  ...some,
  total: 0,
  finished: 0,
  completion_rate: 0,
  first_pass_rate: null,
  mean_duration_ms: null,
  median_duration_ms: null,
  by_status: [],
  by_state: [],
  phases: [],
  roads: [],
  standstills: [],
  usage: [],
};

const cells = (row: HTMLElement) => [...row.querySelectorAll("th, td")].map((cell) => cell.textContent);

test("every figure stands in a table, and a price that is not known is not zero", async () => {
  backend({ list_builds: () => [aBuild().summary], statistics: () => some });
  show(<StatisticsPage />);
  const usage = await screen.findByRole("table", { name: "Tokens and cost" });
  expect(within(usage).getAllByRole("row").map(cells)).toEqual([
    ["Role", "Model", "Calls", "Tokens in", "Tokens out", "Cost"],
    ["Code Writer", "scripted-1", "4", "12,000", "340", "$0.25"],
    ["Test Auditor", "=cmd()", "1", "100", "10", "not known"],
  ]);
  const time = screen.getByRole("table", { name: "Time per phase" });
  expect(cells(within(time).getAllByRole("row")[1] as HTMLElement)).toEqual([
    "Implementation",
    "Code Writer",
    "2",
    "3",
    "1 min 20 sec",
    "10 sec",
    "30 sec",
    "1 min 0 sec",
  ]);
  const roads = screen.getByRole("table", { name: "Sent back" });
  expect(cells(within(roads).getAllByRole("row")[1] as HTMLElement)).toEqual([
    "Testing → Implementation",
    "2",
    "1",
    "2",
    "50%",
  ]);
  expect(screen.getByText("The budget is used up", { selector: "th" })).toBeInTheDocument();
  expect(screen.getByText("something new", { selector: "th" })).toBeInTheDocument();
  expect(screen.getByTestId("sum-finished")).toHaveTextContent("67%");
  expect(screen.getByTestId("sum-median")).toHaveTextContent("2 min 0 sec");
});

test("a project and a time are asked for, and a time without builds leads back to all", async () => {
  const asked = backend({
    list_builds: () => [aBuild().summary],
    statistics: ({ days }) => (days === null ? some : nothing),
  });
  show(<StatisticsPage />);
  await screen.findByRole("table", { name: "Sent back" });
  await userEvent.selectOptions(await screen.findByLabelText("Project"), "tips");
  await userEvent.selectOptions(screen.getByLabelText("Time"), "Begun in the last 30 days");
  expect(await screen.findByText("No builds here")).toBeInTheDocument();
  expect(asked.filter(({ command }) => command === "statistics").map(({ args }) => args)).toEqual([
    { projectId: null, days: null },
    { projectId: "p1", days: null },
    { projectId: "p1", days: 30 },
  ]);
  await userEvent.click(screen.getByRole("button", { name: "Show all builds" }));
  expect(await screen.findByRole("table", { name: "Sent back" })).toBeInTheDocument();
});

test("before the first build there is a way to it", async () => {
  backend({ list_builds: () => [], statistics: () => nothing });
  useDesk.setState({ place: { view: "statistics" } });
  show(<StatisticsPage />);
  await userEvent.click(await screen.findByRole("button", { name: "New build" }));
  expect(useDesk.getState().place).toEqual({ view: "new" });
});

test("a table is copied for a spreadsheet, which takes no name for a formula", async () => {
  const user = userEvent.setup();
  backend({ list_builds: () => [], statistics: () => some });
  show(<StatisticsPage />);
  const figure = within(await screen.findByTestId("figure-usage"));
  await user.click(figure.getByRole("button", { name: "Copy as CSV" }));
  await waitFor(async () =>
    expect(await navigator.clipboard.readText()).toBe(
      "Role,Model,Calls,Tokens in,Tokens out,Cost\r\nCode Writer,scripted-1,4,12000,340,0.25\r\nTest Auditor,'=cmd(),1,100,10,\r\n",
    ),
  );
  expect(csv({ heads: ["a"], rows: [{ key: "1", cells: [words('say "hi", then\ngo')] }] })).toBe(
    'a\r\n"say ""hi"", then\ngo"\r\n',
  );
  expect(csv({ heads: ["a"], rows: [{ key: "1", cells: [number(-1.5, String)] }] })).toBe("a\r\n-1.5\r\n");
});
