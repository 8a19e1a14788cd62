import assert from "node:assert/strict";
import { test } from "node:test";

import { slugify } from "../src/slugify.js";

test("R1 keeps letters that carry accents", () => {
  assert.equal(slugify("Crème brûlée à la carte"), "creme-brulee-a-la-carte");
  assert.equal(slugify("Ångström"), "angstrom");
});

test("R2 does not end with a dash", () => {
  assert.equal(slugify("Really?"), "really");
  assert.equal(slugify("Wait..."), "wait");
});

test("R3 leaves everything else as it was", () => {
  assert.equal(slugify("Hello, World"), "hello-world");
  assert.equal(slugify(""), "");
});
