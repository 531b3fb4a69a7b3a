/** A value as people read it when no form says how. */

import type { Value } from "../sync/register";
import { words } from "../words";
import { caseWords } from "../words/case";

const say = words(caseWords);

export function plainText(value: Value): string {
  if (value === null || value === "" || (Array.isArray(value) && value.length === 0)) return say("none");
  if (typeof value === "boolean") return value ? say("yes") : say("no");
  return Array.isArray(value) ? value.join("、") : String(value);
}
