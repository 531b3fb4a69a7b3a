/** Per-capita monthly income of the household as the form says it now, against the local line of its scheme. */

import { perCapitaMonthlyIncome, type Derived } from "../sync/derived";
import type { Value } from "../sync/register";
import type { Filling } from "./filling";

const SCHEME = "household.scheme";

export interface Income {
  derived: Derived;
  line: number; // fen a person a month
  /** Income lines that count and have no amount yet: until then the figure is too low. */
  unfilled: number;
}

export function incomeOf(filling: Filling): Income {
  const answers = new Map<string, Value>(filling.answers().map(({ path, value }) => [path, value]));
  const entries = (collection: string) =>
    [...answers]
      .filter(([path, value]) => path.startsWith(`${collection}.`) && path.endsWith(".listed") && value === true)
      .map(([path]) => path.slice(collection.length + 1, -".listed".length));
  const derived = perCapitaMonthlyIncome({
    read: (path) => ({ value: answers.get(path) ?? null, disputed: false }),
    entries,
  });
  const unfilled = entries("income").filter(
    (id) => answers.get(`income.${id}.excluded`) !== true && typeof answers.get(`income.${id}.amount`) !== "number",
  ).length;
  const scheme = answers.get(SCHEME) ?? filling.last(SCHEME);
  const { line } = filling.field.tablet.authority;
  return { derived, unfilled, line: scheme === "urban" ? line.urban : line.rural };
}
