/** A statement has the very bytes that the server would write, and an envelope that its rules verify. */

import { expect, test } from "vitest";
import { newPersonKey, newReplicaKey, sign, verify } from "../src/keys/signing";
import { text, utf8 } from "../src/sync/bytes";
import { digestOf, fromJson, pae, STATEMENT_TYPE, toJson, type Envelope } from "../src/sync/envelope";
import type { Value, Write } from "../src/sync/register";
import {
  readPayload,
  surveyWrites,
  UnreadableStatement,
  writePayload,
  type Evidence,
  type SignOff,
  type Statement,
} from "../src/sync/statement";
import { canonical, parse, UnreadableJson } from "../src/sync/strictJson";
import { vectors } from "./vectors";

/** A payload's members as the wire names them, those that say nothing included. */
interface Values extends Omit<Statement, "made" | "formVersion" | "evidence" | "signOffs"> {
  ruhu: 1;
  made: { wall: string; monotonic_ms: number; boot: string };
  form_version: string;
  evidence: (Omit<Evidence, "mediaType" | "claims"> & { media_type: string; claims?: Record<string, string> })[];
  sign_offs: SignOff[];
}

interface StatementVectors {
  answers: [string, Value][];
  vectors: { name: string; values: Values; payload: string; writes: Write[] }[];
}

const given = vectors<StatementVectors>("statement");
const answers = given.answers.map(([path, value]) => ({ path, value }));

function statementOf({ made, form_version, evidence, sign_offs, ...same }: Values): Statement {
  return {
    ...same,
    made: { wall: made.wall, monotonicMs: made.monotonic_ms, boot: made.boot },
    formVersion: form_version,
    evidence: evidence.map(({ media_type, claims, ...rest }) => ({
      ...rest,
      mediaType: media_type,
      claims: claims ?? {},
    })),
    signOffs: sign_offs,
  };
}

test.each(given.vectors)("$name: these bytes, and these writes", ({ values, payload, writes }) => {
  const written = writePayload(statementOf(values));

  expect(text(written)).toBe(payload);
  const read = readPayload(written);
  expect(text(writePayload(read))).toBe(payload);
  for (const order of [answers, answers.toReversed()]) {
    expect(surveyWrites(read.id, read.seen, order)).toEqual(writes);
  }
});

const [first] = given.vectors;
const payload = utf8(first?.payload ?? "");

test("bytes that are no survey are not read as one", () => {
  const whole = parse(payload) as Record<string, never>;
  const others = Object.keys(whole).filter((name) => name !== "ruhu");

  for (const name of others) {
    const { [name]: _, ...rest } = whole;
    expect(() => readPayload(canonical(rest)), name).toThrow(UnreadableStatement);
  }
  expect(() => readPayload(utf8("[]"))).toThrow(UnreadableStatement);
  expect(() => readPayload(payload.subarray(1))).toThrow(UnreadableJson);
});

test("half a character is never signed: no reader would take it", () => {
  const statement = readPayload(payload);

  expect(() => writePayload({ ...statement, instance: "👪".slice(0, 1) })).toThrow(UnreadableJson);
});

test("two signatures made here verify by the rules of the vectors after a journey as JSON", async () => {
  const [replica, person] = await Promise.all([newReplicaKey(), newPersonKey()]);
  const message = pae(STATEMENT_TYPE, payload);
  const signatures = [
    { keyid: replica.keyid, sig: await sign(replica.keys.privateKey, message) },
    { keyid: person.keyid, sig: await sign(person.privateKey, message) },
  ];

  const sent = canonical(toJson({ payloadType: STATEMENT_TYPE, payload, signatures }));
  const arrived: Envelope = fromJson(parse(sent));

  expect(arrived.signatures.map(({ keyid }) => keyid)).toEqual([digestOf(replica.spki), digestOf(person.spki)]);
  const arrivedMessage = pae(arrived.payloadType, arrived.payload);
  const [ours, theirs] = arrived.signatures.map(({ sig }) => sig) as [Uint8Array, Uint8Array];
  expect([ours.length, theirs.length]).toEqual([64, 64]); // raw r||s; the server refuses DER
  expect(await verify(replica.spki, arrivedMessage, ours)).toBe(true);
  expect(await verify(person.spki, arrivedMessage, theirs)).toBe(true);
  expect(await verify(person.spki, arrivedMessage, ours)).toBe(false);
  expect(await verify(replica.spki, pae("application/json", payload), ours)).toBe(false);
  expect(await verify(replica.spki, arrivedMessage, ours.subarray(1))).toBe(false);
  expect(await verify(replica.spki.subarray(1), arrivedMessage, ours)).toBe(false);
});
