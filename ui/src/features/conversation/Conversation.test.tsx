import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { afterEach, expect, test } from "vitest";
import {
  type ConversationItem,
  type ConversationPart,
  type ConversationRange,
  client,
  type Conversation as Known,
  useStreams,
} from "../../backend";
import { useDesk } from "../../desk";
import { goOn, NOTHING } from "../../shared/blocks";
import { aBuild, aMessage, backend, show, theSettings } from "../../test/backend";
import { withLayout } from "../../test/layout";
import { speak } from "../../words";
import { Conversation } from "./Conversation";

withLayout();
afterEach(() => {
  useStreams.setState({ messages: {}, outputs: {} });
  useDesk.setState({ sought: null });
  return speak("en");
});

/** Rust, with a conversation: it gives parts of three. */
function talk(all: ConversationItem[], anew_after: number | null = 0) {
  const part = (items: ConversationItem[]): ConversationPart => ({
    items,
    earlier: all.filter((item) => item.seq < (items[0]?.seq ?? Number.POSITIVE_INFINITY)).length,
    stamp: `${all.filter((item) => item.taken_back).length}`,
    anew_after,
  });
  return backend({
    get_settings: () => theSettings(),
    voice_status: () => ({ candidates: [], microphone: null, phase: "idle" }),
    conversation: ({ range }) => {
      const asked = range as ConversationRange;
      if (asked.kind === "newest") return part(all.slice(-3));
      if (asked.kind === "after") return part(all.filter((item) => item.seq > asked.seq));
      return part(all.filter((item) => item.seq < asked.seq).slice(-3));
    },
    say_anew: () => all[0],
    send_message: () => all[0],
    stop_reply: () => null,
    attached_file: () => "city,rate",
  });
}

const many = (count: number) =>
  Array.from({ length: count }, (_, at) => aMessage({ id: `m${at + 1}`, seq: at + 1, text: `Number ${at + 1}` }));

function talking(waiting_for: "your_answer" | "role" = "your_answer") {
  const build = aBuild({ open_handoff: null });
  return {
    ...build,
    summary: { ...build.summary, state: "discovery" as const, status: "active" as const, waiting_for },
  };
}

test("a conversation comes from its end, the rest piece by piece, and afterwards only what is new", async () => {
  const all = many(8);
  const asked = talk(all);
  show(<Conversation build={talking()} />);
  const ranges = () =>
    asked.filter(({ command }) => command === "conversation").map(({ args }) => args.range as ConversationRange);
  await waitFor(() => expect(ranges()).toHaveLength(3));
  expect(ranges()).toEqual([{ kind: "newest" }, { kind: "before", seq: 6 }, { kind: "before", seq: 3 }]);
  const known = () => client.getQueryData<Known>(["conversation", "w1"]);
  await waitFor(() => expect(known()).toMatchObject({ earlier: 0, items: { length: 8 } }));
  const second = known()?.items[1];
  all.push(aMessage({ id: "m9", seq: 9, text: "Number 9" }));
  await act(() => client.invalidateQueries({ queryKey: ["conversation"] }));
  expect(ranges().slice(3)).toEqual([{ kind: "after", seq: 8 }]);
  expect(known()?.items.map((item) => item.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(known()?.items[1], "what is known keeps its identity").toBe(second);
  // What was taken back changes what is old: then it is asked for anew.
  all[4] = { ...(all[4] as ConversationItem), taken_back: { revision: 3, rolled_back_to: null } };
  await act(() => client.invalidateQueries({ queryKey: ["conversation"] }));
  expect(ranges().slice(4, 6)).toEqual([{ kind: "after", seq: 9 }, { kind: "newest" }]);
  // And what stands further up comes again.
  await waitFor(() => expect(known()).toMatchObject({ earlier: 0, items: { length: 9 } }), { timeout: 3000 });
});

test("what stands further up is asked for again when it did not come", async () => {
  const all = many(5);
  talk(all);
  let refused = 0;
  show(<Conversation build={talking()} />);
  await waitFor(() => expect(client.getQueryData<Known>(["conversation", "w1"])?.items).toHaveLength(3));
  backend({
    get_settings: () => theSettings(),
    voice_status: () => ({ candidates: [], microphone: null, phase: "idle" }),
    conversation: ({ range }) => {
      const { kind } = range as ConversationRange;
      if (kind === "before" && refused++ === 0) throw { code: "store_unavailable", message: "Busy.", facts: "{}" };
      return { items: kind === "before" ? all.slice(0, 2) : [], earlier: 0, stamp: "0", anew_after: 0 };
    },
  });
  const known = () => client.getQueryData<Known>(["conversation", "w1"]);
  await waitFor(() => expect(known()).toMatchObject({ earlier: 0, items: { length: 5 } }), { timeout: 4500 });
  expect(refused).toBeGreaterThan(1);
});

test("Ctrl F finds, counts and leads from one to the next; Escape ends it", async () => {
  talk([...many(3), aMessage({ id: "m4", seq: 4, text: "Something else" })]);
  show(<Conversation build={talking()} />);
  await screen.findByText("Something else");
  await screen.findByText("Number 1");
  await userEvent.keyboard("{Control>}f{/Control}");
  const field = screen.getByRole("textbox", { name: "Find in this conversation" });
  expect(field).toHaveFocus();
  await userEvent.type(field, "number");
  const count = screen.getByTestId("find-count");
  await waitFor(() => expect(count).toHaveTextContent("3 of 3"));
  await userEvent.keyboard("{Enter}");
  expect(count).toHaveTextContent("1 of 3");
  await userEvent.keyboard("{Shift>}{Enter}{/Shift}");
  expect(count).toHaveTextContent("3 of 3");
  await userEvent.type(field, "s without end");
  await waitFor(() => expect(count).toHaveTextContent("Not found"));
  await userEvent.keyboard("{Escape}");
  expect(screen.queryByTestId("find-bar")).toBeNull();
});

test("who comes to look for a message is led there, and it is marked", async () => {
  talk(many(5));
  useDesk.setState({ sought: { messageId: "m2" } });
  show(<Conversation build={talking()} />);
  await waitFor(() => expect(document.querySelector("[data-message=m2] [data-pointed-at]")).toBeTruthy());
  expect(useDesk.getState().sought).toBeNull();
});

test("who comes back to a build for a message that was said meanwhile is led there, too", async () => {
  const all = many(3);
  talk(all);
  const { unmount } = show(<Conversation build={talking()} />);
  await screen.findByText("Number 3");
  unmount();
  all.push(aMessage({ id: "m9", seq: 9, text: "Number 9" }));
  await act(() => client.invalidateQueries({ queryKey: ["conversation"], refetchType: "none" }));
  useDesk.setState({ sought: { messageId: "m9" } });
  show(<Conversation build={talking()} />);
  await waitFor(() => expect(document.querySelector("[data-message=m9] [data-pointed-at]")).toBeTruthy());
});

test("Escape that ends a word of an input method does not end the search", async () => {
  talk(many(2));
  show(<Conversation build={talking()} />);
  await screen.findByText("Number 2");
  await userEvent.keyboard("{Control>}f{/Control}");
  const field = screen.getByRole("textbox", { name: "Find in this conversation" });
  fireEvent.keyDown(field, { key: "Escape", isComposing: true });
  expect(screen.getByTestId("find-bar")).toBeTruthy();
  fireEvent.keyDown(field, { key: "Escape" });
  await waitFor(() => expect(screen.queryByTestId("find-bar")).toBeNull());
});

test("quick replies answer by their number and by arrow keys; something else leads to the field", async () => {
  const asked = talk([aMessage({ id: "q", author: "q_assistant", text: "Which?", choices: ["Euro", "Dollar"] })]);
  show(<Conversation build={talking()} />);
  await userEvent.click(await screen.findByTestId("something-else"));
  const field = screen.getByTestId("message-composer");
  expect(field).toHaveFocus();
  await userEvent.type(field, "1");
  expect(asked.some(({ command }) => command === "send_message")).toBe(false);
  await userEvent.clear(field);
  await userEvent.keyboard("{ArrowUp}{ArrowRight}");
  expect(screen.getByRole("button", { name: "Dollar" })).toHaveFocus();
  await userEvent.keyboard("1");
  await waitFor(() =>
    expect(asked.find(({ command }) => command === "send_message")?.args).toMatchObject({ text: "Euro", files: [] }),
  );
});

test("Stop stands beside Send while Q Assistant talks, and Escape stops too", async () => {
  const asked = talk(many(1));
  const speaking = { role: "q_assistant" as const, words: goOn(NOTHING, "So"), reasoning: [], calls: {} };
  useStreams.setState({ messages: { live: speaking } });
  show(<Conversation build={talking("role")} />);
  expect(await screen.findByTestId("stop-reply")).toBeTruthy();
  expect(screen.queryByTestId("send-message")).toBeNull();
  await userEvent.type(screen.getByTestId("message-composer"), "Wait{Escape}");
  expect(screen.getByTestId("send-message")).toBeTruthy();
  expect(asked.filter(({ command }) => command === "stop_reply")).toHaveLength(1);
});

test("words of the talk are said anew in their place; of a build at work they are said again", async () => {
  const mine = aMessage({ id: "mine", seq: 2, author: "you", text: "For restaurants" });
  const asked = talk([aMessage(), mine], 1);
  const { rerender } = show(<Conversation build={talking()} />);
  await userEvent.click(await screen.findByTestId("edit-message"));
  await userEvent.type(screen.getByTestId("edit-field"), " and bars{Enter}");
  await waitFor(() =>
    expect(asked.find(({ command }) => command === "say_anew")?.args).toMatchObject({
      messageId: "mine",
      text: "For restaurants and bars",
    }),
  );
  rerender(<div />);
  client.clear();
  talk([mine], null);
  show(<Conversation build={aBuild({ open_handoff: null })} />);
  await userEvent.click(await screen.findByTestId("edit-message"));
  expect(screen.queryByTestId("edit-field")).toBeNull();
  expect(screen.getByTestId("message-composer")).toHaveValue("For restaurants");
});

test("what the product itself says is said in the person's language, with all that belongs to it", async () => {
  await speak("de");
  const means = (id: string, code: string, facts: object) =>
    aMessage({ id, author: "product", text: "In English.", meaning: { code, facts: JSON.stringify(facts) } });
  talk([
    means("a", "left_out_and_more", { files: ["a.txt", "b.txt"], more: 2 }),
    means("b", "most_of_the_budget", { used: { dollars: 1.5 }, budget: { dollars: 2 } }),
    means("c", "model_took_over", { model: "Haus", next: "Hof", failure: "model_silent" }),
  ]);
  show(<Conversation build={talking()} />);
  expect(await screen.findByText(/\(a\.txt, b\.txt und 2 weitere\)/)).toBeTruthy();
  expect(screen.getByText(/1,50\s\$ von 2,00\s\$/)).toBeTruthy();
  expect(screen.getByText("Haus: Das Modell sagt nichts. Hof übernimmt.")).toBeTruthy();
  expect(screen.queryByText("In English.")).toBeNull();
  await act(() => speak("en"));
  expect(screen.getByText("Haus: The model says nothing. Hof takes over.")).toBeTruthy();
});

test("why a build stands still is said by its card as long as it does, and afterwards by its notice", async () => {
  const meaning = { code: "model_silent", facts: JSON.stringify({ model: "Haus", seconds: 60 }) };
  talk([
    aMessage({ id: "mine", author: "you", text: "For restaurants" }),
    aMessage({ id: "why", seq: 2, author: "product", is_error: true, text: "Haus said nothing.", meaning }),
  ]);
  const build = talking();
  const standstill = { ...meaning, reason: "Haus said nothing.", next_action: "try_again" as const };
  const sentence = /Haus said nothing for 60 s\./;
  let goOn = () => {};
  function Standing() {
    const [stands, setStands] = useState(true);
    goOn = () => setStands(false);
    return <Conversation build={stands ? { ...build, standstill } : build} />;
  }
  show(<Standing />);
  expect(await screen.findByText("For restaurants")).toBeTruthy();
  expect(screen.getAllByText(sentence)).toHaveLength(1);
  expect(screen.getByTestId("standstill")).toHaveTextContent(sentence);
  act(() => goOn());
  expect(await screen.findByTestId("error-notice")).toHaveTextContent(sentence);
  expect(screen.queryByTestId("standstill")).toBeNull();
});

test("a notice of a kind that is not known here keeps its own words", async () => {
  talk([
    aMessage({ id: "a", author: "product", text: "In its own words.", meaning: { code: "of_tomorrow", facts: "{}" } }),
  ]);
  show(<Conversation build={talking()} />);
  expect(await screen.findByText("In its own words.")).toBeTruthy();
});

test("what broke off is tried again with the same words", async () => {
  const mine = aMessage({ id: "mine", author: "you", text: "How far is it?" });
  const broke = aMessage({ id: "broke", seq: 2, author: "product", is_error: true, text: "It failed." });
  const asked = talk([mine, broke], null);
  const build = aBuild();
  show(<Conversation build={{ ...build, open_handoff: null }} />);
  await userEvent.click(await screen.findByTestId("say-again"));
  await waitFor(() =>
    expect(asked.find(({ command }) => command === "send_message")?.args).toMatchObject({ text: "How far is it?" }),
  );
});

test("a file of a message stays open when the message goes out of sight", async () => {
  const files = [{ name: "rates.csv", hash: "h1", bytes: 20 }];
  const mine = aMessage({ id: "mine", author: "you", text: "With these rates", files });
  const all = [mine, aMessage({ id: "m2", seq: 2 })];
  talk(all);
  show(<Conversation build={talking()} />);
  await userEvent.click(await screen.findByTestId("attached-file"));
  expect(await screen.findByText("city,rate")).toBeTruthy();
  talk([{ ...mine, taken_back: { revision: 3, rolled_back_to: null } }, aMessage({ id: "m3", seq: 3, text: "Anew." })]);
  await act(() => client.invalidateQueries({ queryKey: ["conversation"] }));
  await waitFor(() => expect(screen.queryByTestId("attached-file")).toBeNull());
  expect(screen.getByText("city,rate")).toBeTruthy();
});
