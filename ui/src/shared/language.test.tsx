import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it } from "vitest";
import type { ConversationItem } from "../backend";
import { client, queries } from "../backend";
import { FirstPage } from "../features/builds/FirstPage";
import { Said } from "../features/conversation/Said";
import { amountOf } from "../features/money/BudgetField";
import { backend, show, theSettings } from "../test/backend";
import { said, speak, t } from "../words";
import { useTheirLanguage } from "./language";
import { clock, dollars, exactSpan, grouped, longSpan, percent, span } from "./time";
import { told, toldWhy } from "./told";

afterEach(() => speak("en"));

describe("another language", () => {
  it("writes figures its own way", async () => {
    const figures = () => [
      span(7_200_000),
      longSpan(612_000),
      exactSpan(3100),
      grouped(48_210),
      percent(0.6),
      dollars(12.3),
      dollars(0.001),
      clock("2026-11-20T10:05:00Z").length,
    ];
    const plain = () => figures().map((figure) => `${figure}`.replaceAll(/\s/g, " "));
    await speak("de");
    expect(plain()).toEqual(["2 Std.", "10 Min., 12 Sek.", "3,1 Sek.", "48.210", "60 %", "12,30 $", "< 0,01 $", "5"]);
    await speak("es");
    expect(plain()).toEqual(["2 h", "10 min 12 s", "3,1 s", "48.210", "60 %", "12,30 $", "< 0,01 $", "5"]);
  });

  it("takes amounts as they are typed in it", async () => {
    await speak("de");
    expect(amountOf("1.234,50 $", "dollars")).toBe(1234.5);
    expect(amountOf("200.000", "tokens")).toBe(200_000);
    expect(amountOf("2,50", "dollars")).toBe(2.5);
    expect(amountOf("2.50", "dollars")).toBe(2.5);
  });

  it("has its own forms by number, with figures as it writes them", async () => {
    await speak("de");
    expect(t("changes.summary", { count: 1 })).toBe("1 Datei");
    expect(t("changes.summary", { count: 1200 })).toBe("1.200 Dateien");
    await speak("es");
    expect(t("changes.summary", { count: 1_000_000 })).toBe("1.000.000 de archivos");
  });

  it("says what Rust refused, where the facts are there, and leaves the rest as it came", async () => {
    await speak("de");
    const facts = JSON.stringify({ from: "testing", to: "complete", allowed: ["planning", "implementation"] });
    expect(told({ code: "transition_refused", facts })).toBe(
      "Von Testen kann die Arbeit nicht zu Live gehen. Möglich ist: Planung, Umsetzung.",
    );
    expect(told({ code: "transition_refused", facts: "{}" })).toBeUndefined();
    expect(told({ code: "invalid_input", facts: "not JSON" })).toBeUndefined();
    expect(said("errors.no_such_code")).toBeUndefined();
  });

  it("takes effect at once, and what was typed stays where it is", async () => {
    backend({
      app_status: () => ({ version: "0", system_language: "en", missing_tools: [], samples: [], store_problem: null }),
      get_settings: () => theSettings(),
      find_local_servers: () => [],
    });
    function Window() {
      useTheirLanguage();
      return <FirstPage />;
    }
    show(<Window />);
    const field = await screen.findByTestId("composer");
    await userEvent.type(field, "A clock");
    await act(async () => {
      client.setQueryData(queries.settings().queryKey, { ...theSettings(), language: "de" });
    });
    expect(await screen.findByRole("heading", { name: "Was möchtest du bauen?" })).toBeInTheDocument();
    expect(screen.getByTestId("composer")).toBe(field);
    expect(field).toHaveValue("A clock");
    expect(field).toHaveFocus();
    expect(document.documentElement.lang).toBe("de");
  });

  it("reaches what is drawn only when it changes", async () => {
    backend({});
    const item = { id: "m1", author: "product", text: "Hm.", at: "2026-11-20T10:00:00Z", images: [] } as unknown;
    show(<Said id="m1" item={item as ConversationItem} before={undefined} onFile={() => {}} />);
    expect(screen.getByText("Notice")).toBeInTheDocument();
    await act(() => speak("es"));
    expect(screen.getByText("Aviso")).toBeInTheDocument();
  });

  it("keeps the last reason of work that was sent back as often as it may be", async () => {
    await speak("de");
    const facts = { from: "testing", to: "implementation", limit: 3, reason: "test_R3 fails" };
    expect(toldWhy({ code: "retries_exhausted", facts: JSON.stringify(facts) })).toContain(
      "Der letzte Grund: test_R3 fails",
    );
  });
});
