import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { format, parseAmount, split, startingTheme } from "../tip.js";

test("R1 works out the tip on the bill", () => {
  assert.equal(split({ bill: 4850, tipPercent: 15, people: 1 }).tip, 728);
  assert.equal(split({ bill: 4850, tipPercent: 0, people: 1 }).total, 4850);
});

test("R1 reads an amount as a person types it", () => {
  assert.equal(parseAmount("12,50"), 1250);
  assert.equal(parseAmount("1 200"), 120000);
  assert.equal(parseAmount("12.505"), null);
  assert.equal(parseAmount("twelve"), null);
});

test("R2 splits the total between people", () => {
  assert.deepEqual(split({ bill: 9000, tipPercent: 0, people: 3 }).shares, [3000, 3000, 3000]);
});

test("R2 shares of 10.00 between three add up to 10.00", () => {
  const { shares, total } = split({ bill: 1000, tipPercent: 0, people: 3 });
  assert.equal(total, 1000);
  assert.equal(shares.reduce((sum, share) => sum + share, 0), 1000);
  assert.deepEqual(shares, [334, 333, 333]);
});

test("R2 never divides by nobody", () => {
  assert.deepEqual(split({ bill: 500, tipPercent: 0, people: 0 }).shares, [500]);
});

test("R3 remembers the chosen theme and else follows the system", () => {
  assert.equal(startingTheme("dark", false), "dark");
  assert.equal(startingTheme("light", true), "light");
  assert.equal(startingTheme(null, true), "dark");
  assert.equal(startingTheme("plaid", false), "light");
});

test("R4 rounds each share up to the next full amount when asked", () => {
  const { shares, tip, total } = split({ bill: 4850, tipPercent: 10, people: 3, roundUp: true });
  assert.deepEqual(shares, [1800, 1800, 1800]);
  assert.equal(total, 5400);
  assert.equal(tip, 550);
});

test("R4 shows cents otherwise", () => {
  assert.equal(format(split({ bill: 4850, tipPercent: 10, people: 3 }).shares[0]), "17.79");
});

test("R5 the page fits a phone and loads nothing from elsewhere", () => {
  const page = readFileSync(new URL("../index.html", import.meta.url), "utf8");
  assert.match(page, /name="viewport" content="width=device-width/);
  assert.doesNotMatch(page, /(src|href)="https?:/);
});
