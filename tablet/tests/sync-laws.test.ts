/** Laws of merging: order, batching and repeats do not matter; no value is lost, none is invented. */

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { text } from "../src/sync/bytes";
import { Case } from "../src/sync/case";
import type { Value, Write } from "../src/sync/register";
import { canonical, parse, type Json } from "../src/sync/strictJson";

interface Signed {
  id: string;
  village: string | null;
  writes: Write[];
}

const PATHS = ["economy.wage_income", "members.0a.health", "place.village"];
const REPLICAS = ["a", "b", "c"].map((letter) => letter.repeat(32));

const value: fc.Arbitrary<Value> = fc.oneof(
  fc.constantFrom<Value>(null, true, false, 0, 1, "", "1"),
  fc.array(fc.string(), { maxLength: 2 }),
);

const NEVER_SENT = `${"e".repeat(32)}-1:0`;

/**
 * Statements of three replicas whose writes have seen any writes at all: earlier ones, later ones, their own, numbers
 * that no statement has, and a statement that never comes.
 */
const history: fc.Arbitrary<Signed[]> = fc
  .array(
    fc.record({
      replica: fc.constantFrom(...REPLICAS),
      village: fc.constantFrom(null, "v1", "v2"),
      writes: fc.array(
        fc.record({ path: fc.constantFrom(...PATHS), value, seen: fc.array(fc.nat(40), { maxLength: 3 }) }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    { maxLength: 7 },
  )
  .map((drawn) => {
    const counts = new Map<string, number>();
    const named = drawn.map(({ replica, ...said }) => {
      const seq = (counts.get(replica) ?? 0) + 1;
      counts.set(replica, seq);
      return { id: `${replica}-${seq}`, ...said };
    });
    const dots = [
      NEVER_SENT,
      ...named.flatMap(({ id, writes }) => [`${id}:7`, ...writes.map((_, n) => `${id}:${n}`)]),
    ];
    return named.map(({ id, village, writes }) => ({
      id,
      village,
      writes: writes.map(({ path, value: said, seen }, number) => ({
        dot: `${id}:${number}`,
        path,
        value: said,
        seen: seen.map((n) => dots[n % dots.length] ?? NEVER_SENT),
      })),
    }));
  });

function fold(statements: readonly Signed[]): Case {
  return statements.reduce((held, { id, writes, village }) => held.apply(id, writes, village), new Case());
}

test("any order with any repeats gives the same case, byte for byte", () => {
  const shuffled = history.chain((statements) =>
    fc.tuple(
      fc.constant(statements),
      fc.shuffledSubarray(statements, { minLength: statements.length }),
      fc.subarray(statements),
    ),
  );
  fc.assert(
    fc.property(shuffled, ([statements, otherwise, repeats]) => {
      expect(text(fold([...otherwise, ...repeats]).document())).toBe(text(fold(statements).document()));
    }),
  );
});

test("a case comes to the same in batches of any size, each sent again after a cut line", () => {
  const batched = fc.tuple(history, fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 7, maxLength: 7 }));
  fc.assert(
    fc.property(batched, ([statements, sizes]) => {
      let held = new Case();
      let at = 0;
      for (const size of sizes) {
        const batch = statements.slice(at, (at += size));
        for (const { id, writes, village } of [...batch, ...batch]) held = held.apply(id, writes, village);
      }
      expect(text(held.document())).toBe(text(fold(statements).document()));
    }),
  );
});

test("every write is live, or superseded by a write that had seen it", () => {
  fc.assert(
    fc.property(history, (statements) => {
      const held = fold(statements);
      const writes = statements.flatMap((statement) => statement.writes);
      for (const write of writes) {
        const superseded = writes.some(
          (other) => other !== write && other.path === write.path && other.seen.includes(write.dot),
        );
        expect(held.get(write.path).live.get(write.dot)).toEqual(superseded ? undefined : write.value);
      }
      const live = [...held.registers.values()].flatMap((register) => [...register.live.keys()]);
      expect(writes.map(({ dot }) => dot)).toEqual(expect.arrayContaining(live));
    }),
  );
});

test("what is written canonically is read as it was", () => {
  const json = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.constantFrom<Json>(null, true, false),
      fc.maxSafeInteger(),
      fc.string({ unit: "grapheme" }),
      fc.array(tie("json"), { maxLength: 4 }),
      fc.dictionary(fc.stringMatching(/^[ -~]{0,8}$/), tie("json"), { maxKeys: 4 }),
    ),
  })).json;
  fc.assert(
    fc.property(json, (drawn) => {
      const bytes = canonical(drawn);
      expect(text(canonical(parse(bytes)))).toBe(text(bytes));
      expect(JSON.parse(text(bytes))).toEqual(JSON.parse(JSON.stringify(drawn)));
    }),
  );
});
