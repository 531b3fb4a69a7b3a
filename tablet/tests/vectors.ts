/** The vectors that Python and TypeScript share. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

export function vectors<T>(name: string): T {
  const file = fileURLToPath(new URL(`../../tests/vectors/${name}.json`, import.meta.url));
  return JSON.parse(readFileSync(file, "utf8")) as T;
}
