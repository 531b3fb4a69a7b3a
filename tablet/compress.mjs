/** Puts a compressed copy beside each file of the built app, so that the server need not compress on every request. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const built = fileURLToPath(new URL("../server/static/tablet/", import.meta.url));
const WORTH_IT = new Set([".js", ".mjs", ".css", ".html", ".svg", ".wasm", ".webmanifest"]);

for (const name of readdirSync(built, { recursive: true })) {
  if (WORTH_IT.has(extname(name))) {
    writeFileSync(join(built, `${name}.gz`), gzipSync(readFileSync(join(built, name)), { level: 9 }));
  }
}
