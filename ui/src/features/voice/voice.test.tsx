import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import type { ReactNode } from "react";
import { beforeEach, describe, expect, it } from "vitest";
import type { Dictated } from "../../backend";
import { useDesk } from "../../desk";
import { aBuild, backend, inWindow, show, theSettings } from "../../test/backend";
import { FirstPage } from "../builds/FirstPage";
import { HandoffCard } from "../workflow/HandoffCard";
import { DictationElsewhere } from "./DictationNotice";
import { useDictation } from "./dictation";
import { FirstUse } from "./FirstUse";
import { joined } from "./field";
import { asSpoken } from "./useReadAloud";
import { useVoiceKeys } from "./useVoiceKeys";

const quiet = {
  app_status: () => ({ version: "0", data_dir: "/d", store_problem: null, missing_tools: [], samples: [] }),
  get_settings: () => theSettings({ by: "server" }),
  find_local_servers: () => [],
  finish_dictation: () => null,
  dictate_hands_free: () => null,
  dictate_again: () => null,
  let_dictation_go: () => null,
  end_microphone_trial: () => null,
};

/** The first page in its window. */
function Page({ children = <FirstPage /> }: { children?: ReactNode }) {
  useVoiceKeys();
  return (
    <>
      {children}
      <DictationElsewhere />
    </>
  );
}

/** Stands in for Rust: what is heard is what the test says. */
function hearing(answers = {}) {
  let tell: ((heard: Dictated) => void) | undefined;
  const asked = backend({
    ...quiet,
    begin_dictation: (args) => {
      tell = (args.channel as { onmessage: (heard: Dictated) => void }).onmessage;
      return null;
    },
    ...answers,
  });
  return {
    asked,
    hear: (...heard: Dictated[]) => {
      for (const each of heard) tell?.(each);
    },
    begun: () => tell !== undefined,
  };
}

const pause = (ms: number) => new Promise((over) => setTimeout(over, ms));
const composer = () => screen.getByTestId<HTMLTextAreaElement>("composer");
const listening: Dictated = { kind: "listening", microphone: "Desk microphone" };
/** The key does something as soon as the settings are there. */
const holdKey = async (begun: () => boolean) => {
  await waitFor(() => expect(screen.getByTestId("voice-hint")).toHaveTextContent("to speak"));
  fireEvent.keyDown(window, { key: "F2" });
  await waitFor(() => expect(begun()).toBe(true));
};
const commandsOf = (asked: { command: string }[]) => asked.map(({ command }) => command);

beforeEach(() => {
  useDesk.setState({ place: { view: "new" } });
  useDictation.setState(useDictation.getInitialState(), true);
});

describe("the words", () => {
  it.each([
    ["", "Hello.", "", "Hello."],
    ["Make", "it blue", "", "Make it blue"],
    ["Make ", "it blue", " please", "Make it blue please"],
    ["Make", "it blue", "please", "Make it blue please"],
    ["Done", ", and now", "", "Done, and now"],
    ["(", "in brackets", ")", "(in brackets)"],
    ["One", "\n", "two", "One\ntwo"],
  ])("%j and %j before %j", (before, text, after, whole) => {
    const expected = text === "\n" ? `${before}\n${after}` : whole;
    expect(joined(before, text, after)).toBe(expected);
  });
});

describe("the microphone", () => {
  it("writes what is said at the cursor while it is held, and lets go when it is", async () => {
    const { asked, hear, begun } = hearing();
    show(<Page />);
    await userEvent.type(composer(), "Make  please");
    composer().setSelectionRange(5, 5);
    fireEvent.pointerDown(screen.getByTestId("microphone"), { button: 0 });
    await waitFor(() => expect(begun()).toBe(true));
    expect(asked.find(({ command }) => command === "begin_dictation")?.args).toMatchObject({
      wish: { hands_free: false, before: "Make " },
    });
    hear(listening, { kind: "level", level: 60, clipping: false }, { kind: "speaking" });
    expect(await screen.findByTestId("level-meter")).toHaveAttribute("aria-valuenow", "60");
    await pause(400);
    fireEvent.pointerUp(window);
    await waitFor(() => expect(commandsOf(asked)).toContain("finish_dictation"));
    hear({ kind: "stopped", problem: null }, { kind: "text", text: "a clock" }, { kind: "done" });
    await waitFor(() => expect(composer().value).toBe("Make a clock please"));
    expect(commandsOf(asked)).not.toContain("start_build");
    expect(screen.getByTestId("microphone")).toBeEnabled();
  });

  it("listens until there is silence when it is only clicked", async () => {
    const { asked, begun } = hearing();
    show(<Page />);
    fireEvent.pointerDown(screen.getByTestId("microphone"), { button: 0 });
    fireEvent.pointerUp(window);
    await waitFor(() => expect(begun()).toBe(true));
    await waitFor(() => expect(commandsOf(asked)).toContain("dictate_hands_free"));
    expect(commandsOf(asked)).not.toContain("finish_dictation");
  });

  it("speaks while Space is held in an empty field, and forgets a space that was typed by mistake", async () => {
    const { asked, hear, begun } = hearing();
    show(<Page />);
    await waitFor(() => expect(screen.getByTestId("voice-hint")).toHaveTextContent("Hold Space"));
    fireEvent.keyDown(composer(), { key: " " });
    await waitFor(() => expect(begun()).toBe(true));
    fireEvent.keyUp(window, { key: " " });
    await waitFor(() => expect(commandsOf(asked)).toContain("let_dictation_go"));
    hear({ kind: "stopped", problem: null }, { kind: "done" });
    expect(composer().value).toBe("");
  });

  it("keeps what was typed when nothing can be heard, and says why", async () => {
    const { hear, begun } = hearing();
    show(<Page />);
    await userEvent.type(composer(), "A clock");
    await holdKey(begun);
    hear(
      { kind: "stopped", problem: { code: "of_a_test", message: "No microphone was found.", facts: "{}" } },
      { kind: "done" },
    );
    expect(await screen.findByTestId("voice-told")).toHaveTextContent("No microphone was found.");
    expect(composer().value).toBe("A clock");
  });

  it("keeps speech that was not understood until it is, or is let go", async () => {
    const { asked, hear, begun } = hearing();
    show(<Page />);
    await holdKey(begun);
    hear(listening, { kind: "stopped", problem: null });
    hear({
      kind: "not_understood",
      problem: { code: "of_a_test", message: "The speech server does not answer.", facts: "{}" },
      seconds: 4,
    });
    expect(await screen.findByRole("alert")).toHaveTextContent("4 seconds of speech wait");
    expect(screen.getByTestId("microphone")).toBeDisabled();
    await userEvent.click(screen.getByTestId("voice-again"));
    expect(commandsOf(asked)).toContain("dictate_again");
    hear({ kind: "text", text: "A clock" }, { kind: "done" });
    await waitFor(() => expect(composer().value).toBe("A clock"));
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("stays stuck when the microphone is let go after a piece was not understood", async () => {
    const { hear, begun } = hearing();
    show(<Page />);
    await holdKey(begun);
    hear(listening, {
      kind: "not_understood",
      problem: { code: "of_a_test", message: "The key was refused.", facts: "{}" },
      seconds: 2,
    });
    expect(await screen.findByTestId("voice-again")).toBeVisible();
    // It still listens, and that is seen and can be stopped.
    expect(screen.getByTestId("microphone")).toBeEnabled();
    expect(screen.getByTestId("microphone")).toHaveAttribute("data-phase", "listening");
    hear({ kind: "stopped", problem: null });
    await waitFor(() => expect(screen.getByTestId("microphone")).toHaveAttribute("data-phase", "stuck"));
    expect(screen.getByTestId("voice-again")).toBeVisible();
  });

  it("never puts words in the place of a draft that is still being read", async () => {
    let give: (text: string) => void = () => undefined;
    const drafts: Record<string, string> = { brief: "A long brief." };
    const { hear, begun } = hearing({
      load_draft: ({ key }: { key: string }) =>
        key === "brief" ? new Promise<string>((given) => (give = given)) : (drafts[key] ?? ""),
      save_draft: ({ key, text }: { key: string; text: string }) => {
        drafts[key] = text;
        return null;
      },
    });
    const { rerender } = show(<Page />);
    await waitFor(() => expect(give).toHaveLength(1));
    give("A long brief.");
    await waitFor(() => expect(composer().value).toBe("A long brief."));
    await holdKey(begun);
    rerender(inWindow(<Page>{null}</Page>));
    rerender(inWindow(<Page />));
    hear(listening, { kind: "text", text: "In blue." });
    await pause(50);
    give("A long brief.");
    await waitFor(() => expect(composer().value).toBe("A long brief. In blue."));
  });

  it("writes into the draft when the field is gone", async () => {
    const { asked, hear, begun } = hearing({ load_draft: () => "Make" });
    const { rerender } = show(<Page />);
    await waitFor(() => expect(composer().value).toBe("Make"));
    await holdKey(begun);
    rerender(inWindow(<Page>{null}</Page>));
    // What listens is seen and can be stopped wherever the person goes, and a key that is let go there is let go.
    hear(listening);
    expect(await screen.findByTestId("voice-stop")).toBeVisible();
    await pause(400);
    fireEvent.keyUp(window, { key: "F2" });
    await waitFor(() => expect(commandsOf(asked)).toContain("finish_dictation"));
    hear({ kind: "stopped", problem: null }, { kind: "text", text: "a clock" }, { kind: "done" });
    await waitFor(() =>
      expect(asked.filter(({ command }) => command === "save_draft").at(-1)?.args).toMatchObject({
        key: "brief",
        text: "Make a clock",
      }),
    );
  });

  it("explains the two ways at the first click, and loses nothing", async () => {
    hearing({
      get_settings: () => theSettings(),
      begin_dictation: () => {
        throw { code: "voice_not_set_up", message: "Nothing is chosen yet.", facts: "{}" };
      },
    });
    show(
      <Page>
        <FirstPage />
        <FirstUse />
      </Page>,
    );
    await userEvent.type(composer(), "A clock");
    fireEvent.pointerDown(screen.getByTestId("microphone"), { button: 0 });
    expect(await screen.findByTestId("voice-way-machine")).toBeVisible();
    expect(screen.getByTestId("voice-way-server")).toBeVisible();
    await userEvent.click(screen.getByLabelText("Close"));
    expect(composer().value).toBe("A clock");
  });
});

describe("reading aloud", () => {
  it("says words, and neither marks nor code", () => {
    const question = "**Which** colour?\n\n- `red`\n- [blue](https://example.org)\n\n```css\na { color: red }\n```";
    expect(asSpoken(question)).toBe("Which colour? red blue");
  });
});

describe("spoken commands", () => {
  it("lead to the button and never press it", async () => {
    const build = aBuild();
    useDesk.setState({ place: { view: "build", id: "w1", tab: "conversation" } });
    const { asked, hear, begun } = hearing();
    show(
      <Page>
        {build.open_handoff && <HandoffCard build={build} card={build.open_handoff} />}
        <FirstPage />
      </Page>,
    );
    await holdKey(begun);
    hear(listening, { kind: "prepare", decision: "approve" });
    await waitFor(() => expect(screen.getByTestId("approve-handoff")).toHaveAttribute("data-pointed-at"));
    expect(await screen.findByTestId("voice-told")).toHaveTextContent("a voice approves nothing");
    expect(commandsOf(asked)).not.toContain("approve_handoff");
  });

  it("show what was asked for", async () => {
    const { hear, begun } = hearing();
    useDesk.setState({ place: { view: "build", id: "w1", tab: "conversation" } });
    show(<Page />);
    await holdKey(begun);
    hear(listening, { kind: "show", place: "plan" });
    expect(useDesk.getState().place).toMatchObject({ view: "build", tab: "plan" });
  });

  it("break lines, and start nothing", async () => {
    const { asked, hear, begun } = hearing({ start_build: () => aBuild() });
    show(<Page />);
    await holdKey(begun);
    hear(listening, { kind: "text", text: "A clock." }, { kind: "new_line" }, { kind: "text", text: "In blue." });
    hear({ kind: "send" }, { kind: "stopped", problem: null }, { kind: "done" });
    await waitFor(() => expect(screen.getByTestId("start-build")).toHaveAttribute("data-pointed-at"));
    expect(composer().value).toBe("A clock.\nIn blue.");
    expect(commandsOf(asked)).not.toContain("start_build");
  });

  it.each(["types on", "lets the words go"])("start nothing when somebody who waits for them %s", async (what) => {
    const { asked, hear, begun } = hearing({ start_build: () => aBuild() });
    show(<Page />);
    await holdKey(begun);
    hear(listening, { kind: "text", text: "A clock" });
    await waitFor(() => expect(composer().value).toBe("A clock"));
    await userEvent.click(screen.getByTestId("start-build"));
    hear({ kind: "stopped", problem: null });
    if (what === "types on") await userEvent.type(composer(), " in");
    else await userEvent.click(await screen.findByTestId("voice-let-go", {}, { timeout: 4_000 }));
    hear({ kind: "text", text: "blue" }, { kind: "done" });
    await waitFor(() => expect(screen.getByTestId("start-build")).toBeEnabled());
    expect(commandsOf(asked)).not.toContain("start_build");
    expect(composer().value).toContain("A clock");
  });

  it("wait for the last words when something is sent by hand", async () => {
    const { asked, hear, begun } = hearing({ start_build: () => aBuild() });
    show(<Page />);
    await holdKey(begun);
    hear(listening, { kind: "text", text: "A clock" });
    await waitFor(() => expect(composer().value).toBe("A clock"));
    await userEvent.click(screen.getByTestId("start-build"));
    expect(commandsOf(asked)).not.toContain("start_build");
    hear({ kind: "stopped", problem: null }, { kind: "text", text: "in blue" }, { kind: "done" });
    await waitFor(() =>
      expect(asked.find(({ command }) => command === "start_build")?.args).toMatchObject({ brief: "A clock in blue" }),
    );
  });
});
