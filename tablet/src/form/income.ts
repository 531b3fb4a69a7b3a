/** Per-capita monthly income of the household as the form says it now, against the local line of its scheme. */

import { perCapitaMonthlyIncome, type Derived } from "../sync/derived";
import type { Value } from "../sync/register";
import type { Filling } from "./filling";

const SCHEME = "household.scheme";

export interface Income {
  derived: Derived;
  line: number; // fen a person a month
}

export function incomeOf(filling: Filling): Income {
  const answers = new Map<string, Value>(filling.answers().map(({ path, value }) => [path, value]));
  const derived = perCapitaMonthlyIncome({
    read: (path) => ({ value: answers.get(path) ?? null, disputed: false }),
    entries: (collection) =>
      [...answers]
        .filter(([path, value]) => path.startsWith(`${collection}.`) && path.endsWith(".listed") && value === true)
        .map(([path]) => path.slice(collection.length + 1, -".listed".length)),
  });
  const scheme = answers.get(SCHEME) ?? filling.last(SCHEME);
  const { line } = filling.field.tablet.authority;
  return { derived, line: scheme === "urban" ? line.urban : line.rural };
}
