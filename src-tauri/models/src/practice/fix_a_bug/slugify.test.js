import assert from "node:assert/strict";
import { test } from "node:test";

import { slugify } from "../src/slugify.js";

test("joins words with dashes", () => {
  assert.equal(slugify("Hello, World"), "hello-world");
});

test("keeps digits", () => {
  assert.equal(slugify("Top 10 of 2026"), "top-10-of-2026");
});

test("does not begin with a dash", () => {
  assert.equal(slugify("  ...and then"), "and-then");
});
