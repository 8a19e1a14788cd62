// What is loaded before the first screen: the page's own script and all that it imports at once, compressed. Fails above the limit.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const LIMIT_KB = 250;

const dist = join(import.meta.dirname, "dist");
const page = readFileSync(join(dist, "index.html"), "utf8");
const scripts = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((found) => found[1]);
if (scripts.length === 0) throw new Error("index.html names no script");
const kb = scripts.reduce((sum, script) => sum + gzipSync(readFileSync(join(dist, script))).length, 0) / 1000;
console.log(`JavaScript before the first screen: ${kb.toFixed(1)} kB compressed (limit ${LIMIT_KB} kB)`);
if (kb >= LIMIT_KB) process.exit(1);
