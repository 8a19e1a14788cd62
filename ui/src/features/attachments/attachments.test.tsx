import { fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { backend, show } from "../../test/backend";
import { Attached, Chosen } from "./Files";
import { OpenedFile } from "./OpenedFile";
import { readText, together } from "./read";
import { useAttachments } from "./useAttachments";

test.each([
  ["plain", "a,b\n1,2", "a,b\n1,2"],
  ["coloured log", "\u001b[31mred\u001b[0m\tx", "\u001b[31mred\u001b[0m\tx"],
  ["UTF-16", new Uint8Array([0xff, 0xfe, 0x61, 0x00]), "a"],
])("%s is text", async (_, content, text) => {
  expect((await readText(new File([content], "a.txt"))).text).toBe(text);
});

test.each([
  ["no UTF-8", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0xff]), /photo is no text/],
  ["zero bytes", "a\u0000b", /photo is no text/],
  ["too long", "x".repeat(200_001), /photo has 200 kB, more than the 200 kB/],
])("%s is refused with a sentence", async (_, content, sentence) => {
  await expect(readText(new File([content], "photo"))).rejects.toThrow(sentence);
});

test("what does not fit any more is left out, and said", () => {
  const file = (bytes: number) => ({ name: "f", text: "x".repeat(bytes) });
  expect(together([], Array(11).fill(file(1)))).toMatchObject({ files: { length: 10 }, problem: /10 files go/ });
  expect(together([file(200_000)], [file(200_000), file(1)])).toMatchObject({ files: { length: 2 } });
  expect(together([file(1)], [file(1)])).toMatchObject({ files: { length: 2 }, problem: null });
});

test("files come by dropping several at once, stay in the draft, and can be taken out", async () => {
  const kept: Record<string, string> = {};
  backend({
    load_draft: ({ key }) => kept[key as string] ?? "",
    save_draft: ({ key, text }) => {
      kept[key as string] = text as string;
      return null;
    },
  });
  function Field() {
    const chosen = useAttachments("m");
    return (
      <div data-testid="field" {...chosen.field}>
        <Chosen {...chosen} />
      </div>
    );
  }
  show(<Field />);
  const files = [new File(["a,1"], "rates.csv"), new File(["# Notes"], "notes.md"), new File(["\u0000"], "x.bin")];
  fireEvent.drop(screen.getByTestId("field"), { dataTransfer: { files } });
  expect(await screen.findByText("rates.csv")).toBeTruthy();
  expect(screen.getByText("notes.md")).toBeTruthy();
  expect(screen.getByRole("alert")).toHaveTextContent("x.bin is no text");
  await waitFor(() => expect(kept["files-m"]).toContain("# Notes"));
  await userEvent.click(screen.getByRole("button", { name: "Take rates.csv out" }));
  expect(screen.queryByText("rates.csv")).toBeNull();
});

test("an attached file opens as plain text, whatever is in it", async () => {
  backend({ attached_file: ({ hash }) => `<img src=x onerror=alert(1)> ${hash}` });
  const file = { name: "evil.html", hash: "h1", bytes: 2048 };
  const opened = vi.fn();
  show(<Attached files={[file]} onOpen={opened} />);
  expect(screen.getByText(/^2(\.0)? kB$/)).toBeTruthy();
  await userEvent.click(screen.getByRole("button", { name: "Open evil.html" }));
  expect(opened).toHaveBeenCalledWith(file);
  show(<OpenedFile file={file} onClose={() => {}} />);
  expect(await screen.findByText("<img src=x onerror=alert(1)> h1")).toBeTruthy();
  expect(document.querySelector("img")).toBeNull();
});
