/** The figure that a household is told is the one that the server computes from the same case. */

import { expect, test } from "vitest";
import { Case } from "../src/sync/case";
import { perCapitaMonthlyIncome, type Derived } from "../src/sync/derived";
import type { Value } from "../src/sync/register";
import { surveyWrites } from "../src/sync/statement";
import { vectors } from "./vectors";

interface DerivedVectors {
  vectors: {
    name: string;
    fields: Record<string, Value>;
    rivals: Record<string, Value>;
    entries: Record<string, string[]>;
    derived: Derived;
  }[];
}

test.each(vectors<DerivedVectors>("derived").vectors)("$name", ({ fields, rivals, entries, derived }) => {
  let held = new Case();
  for (const [statement, said] of [
    [`${"a".repeat(32)}-1`, fields],
    [`${"b".repeat(32)}-1`, rivals],
  ] as const) {
    const answers = Object.entries(said).map(([path, value]) => ({ path, value }));
    held = held.apply(statement, surveyWrites(statement, {}, answers));
  }

  const figure = perCapitaMonthlyIncome({
    read: (path) => ({ value: held.get(path).settled, disputed: held.get(path).inConflict }),
    entries: (collection) => held.entries(collection),
  });

  expect(figure).toEqual(derived);
  for (const [collection, ids] of Object.entries(entries)) expect(held.entries(collection)).toEqual(ids);
});
