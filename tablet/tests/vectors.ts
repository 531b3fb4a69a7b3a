/** The vectors that Python and TypeScript share; vitest runs in the tablet's own folder. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";

export function vectors<T>(name: string): T {
  return JSON.parse(readFileSync(resolve("..", "tests", "vectors", `${name}.json`), "utf8")) as T;
}
