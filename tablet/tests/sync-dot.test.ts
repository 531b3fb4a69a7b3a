/** A dot names one write in one way. */

import * as fc from "fast-check";
import { expect, test } from "vitest";
import { compareDots, dotText, parseDot, replicaOf, sequenceOf, UnreadableDot } from "../src/sync/dot";

const REPLICA = "a".repeat(32);

test("a statement's id tells its replica and its place in the chain", () => {
  expect(replicaOf(`${REPLICA}-12`)).toBe(REPLICA);
  expect(sequenceOf(`${REPLICA}-12`)).toBe(12);
});

test("what is written as a dot is read as that dot", () => {
  const statement = fc.tuple(fc.stringMatching(/^[0-9a-f]{32}$/), fc.integer({ min: 1, max: 999_999_999_999 }));
  fc.assert(
    fc.property(statement, fc.nat(999_999_999), ([replica, seq], number) => {
      expect(parseDot(dotText(`${replica}-${seq}`, number))).toEqual({ statement: `${replica}-${seq}`, number });
    }),
  );
});

test.each([
  ["no number", "x-1:"],
  ["no statement", ":1"],
  ["no colon", "x-1"],
  ["a sign", "x-1:-1"],
  ["a blank", "x-1: 1"],
  ["a digit of another script", "x-1:１"],
  ["more digits than a dot may have", "x-1:1234567890"],
  ["a second name of x-1:1", "x-1:01"],
])("%s: no dot", (_, dot) => {
  expect(() => parseDot(dot)).toThrow(UnreadableDot);
});

test("dots are in the server's order: statements as text, numbers as numbers", () => {
  const sorted = ["a-10:9", "a-10:10", "a-9:2", "b-1:0"];

  expect(sorted.toReversed().toSorted(compareDots)).toEqual(sorted);
});
