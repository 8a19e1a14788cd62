/** What stands in a cell: as it is read, and as a program takes it. */
export type Cell = { shown: string; raw: string | number | null };

export type Table = {
  heads: string[];
  rows: { key: string; cells: Cell[] }[];
};

/** A cell of words, or of a number with its way of being written. */
export const words = (text: string): Cell => ({ shown: text, raw: text });
export const number = (raw: number, write: (number: number) => string): Cell => ({ shown: write(raw), raw });

/** The table as RFC 4180 writes it. */
export function csv({ heads, rows }: Table): string {
  const lines = [heads, ...rows.map((row) => row.cells.map((cell) => cell.raw))];
  return lines.map((cells) => `${cells.map(field).join(",")}\r\n`).join("");
}

function field(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  // Names come from elsewhere: a spreadsheet must not take one for a formula.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
