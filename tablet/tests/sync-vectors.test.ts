/** The tablet reads, writes and merges as the server does: same input, same bytes. */

import { describe, expect, test } from "vitest";
import { fromBase64, text, toBase64, utf8 } from "../src/sync/bytes";
import { Case } from "../src/sync/case";
import { digestOf, fromJson, pae, toJson } from "../src/sync/envelope";
import type { Value } from "../src/sync/register";
import { scopeDigest } from "../src/sync/scopeDigest";
import { canonical, parse } from "../src/sync/strictJson";
import { verify } from "../src/keys/signing";
import { vectors } from "./vectors";

interface JsonVectors {
  read: { base64: string; canonical: string }[];
  refused: { name: string; parts: { base64: string; times: number }[] }[];
}

describe("strict JSON", () => {
  const { read, refused } = vectors<JsonVectors>("canonical_json");

  test.each(read)("$base64 is read and written canonically", ({ base64, canonical: expected }) => {
    expect(toBase64(canonical(parse(fromBase64(base64))))).toBe(expected);
  });

  test.each(refused)("refused: $name", ({ parts }) => {
    const whole = parts.flatMap(({ base64, times }) => Array.from({ length: times }, () => [...fromBase64(base64)]));
    expect(() => parse(Uint8Array.from(whole.flat()))).toThrow();
  });
});

interface EnvelopeVectors {
  spki: string;
  keyid: string;
  good: { name: string; envelope: string; payloadType: string; pae: string; digest: string }[];
  forged: { name: string; envelope: string }[];
  refused: { name: string; [more: string]: unknown }[];
}

describe("envelopes", () => {
  const { spki, good, forged, refused } = vectors<EnvelopeVectors>("envelope");

  test.each(good)("$name verifies", async (vector) => {
    const envelope = fromJson(parse(utf8(vector.envelope)));

    expect(envelope.payloadType).toBe(vector.payloadType);
    expect(digestOf(envelope.payload)).toBe(vector.digest);
    const message = pae(envelope.payloadType, envelope.payload);
    expect(toBase64(message)).toBe(vector.pae);
    expect(text(canonical(toJson(envelope)))).toBe(text(canonical(parse(utf8(vector.envelope)))));
    for (const { sig } of envelope.signatures) expect(await verify(fromBase64(spki), message, sig)).toBe(true);
  });

  test.each(forged)("forged: $name", async (vector) => {
    const envelope = fromJson(parse(utf8(vector.envelope)));
    const message = pae(envelope.payloadType, envelope.payload);
    for (const { sig } of envelope.signatures) expect(await verify(fromBase64(spki), message, sig)).toBe(false);
  });

  test.each(refused)("refused: $name", (vector) => {
    const bytes =
      typeof vector["base64"] === "string" ? fromBase64(vector["base64"]) : utf8(String(vector["envelope"]));
    expect(() => fromJson(parse(bytes))).toThrow();
  });
});

interface MergeVectors {
  vectors: {
    name: string;
    statements: { id: string; village: string | null; writes: { path: string; value: Value; seen: string[] }[] }[];
    document: string;
    hash: string;
    conflicts: string[];
    siblings: Record<string, { value: Value; dots: string[] }[]>;
    village: string | null;
  }[];
}

describe("merge", () => {
  test.each(vectors<MergeVectors>("merge").vectors)("$name", (vector) => {
    for (const order of [
      vector.statements,
      vector.statements.toReversed(),
      [...vector.statements, ...vector.statements],
    ]) {
      let held = new Case();
      for (const { id, village, writes } of order) {
        const dotted = writes.map((write, number) => ({ ...write, dot: `${id}:${number}` }));
        held = held.apply(id, dotted, village);
      }

      expect(text(held.document())).toBe(vector.document);
      expect(held.hash()).toBe(vector.hash);
      expect(held.conflicts).toEqual(vector.conflicts);
      expect(held.village).toBe(vector.village);
      for (const [path, siblings] of Object.entries(vector.siblings)) {
        expect(held.get(path).siblings).toEqual(siblings);
      }
    }
  });
});

interface ScopeVectors {
  vectors: { name: string; cases: Record<string, string>; digest: string }[];
}

test.each(vectors<ScopeVectors>("scope_digest").vectors)("scope digest: $name", ({ cases, digest }) => {
  expect(scopeDigest(Object.entries(cases))).toBe(digest);
});
