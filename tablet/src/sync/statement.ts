/**
 * A statement: one signed, immutable document about a case; there is no other way to write to a case.
 *
 * `writePayload` gives the canonical bytes that are signed; members that say nothing are left out. Money is in fen.
 */

import { compareBytes, type Value, type Write } from "./register";
import { compareDots, dotText, type DotText } from "./dot";
import { canonical, parse, type Json } from "./strictJson";

/** How a person's place on the form was filled; a blank is never an outcome. */
export type Outcome = "signed" | "thumbprint" | "guardian" | "refused" | "absent" | "anonymous" | "declined";

/** A photo, scan or ink file named by the SHA-256 of its exact bytes (length in bytes); claims, never facts. */
export interface Evidence {
  digest: string;
  length: number;
  mediaType: string;
  shot: string;
  claims: Record<string, string>;
}

/**
 * A person's act of vouching for exactly this statement. People with a key are named by `person` and `keyid`; others
 * have `ink` (a digest) only.
 */
export interface SignOff {
  slot: string;
  outcome: Outcome;
  person?: string;
  keyid?: string;
  ink?: string;
  reason?: string;
}

/** The tablet's clocks when the statement was sealed: shown and compared, never used to order or to judge. */
export interface Made {
  wall: string;
  monotonicMs: number;
  boot: string;
}

/** A survey's statement: its writes follow from the form's `instance`. */
export interface Statement {
  id: string;
  kind: string;
  authority: string;
  replica: string;
  seq: number;
  prev: string | null;
  author: string;
  held: number;
  made: Made;
  case: string;
  village: string;
  form: string;
  formVersion: string;
  instance: string;
  seen: Record<string, DotText[]>;
  evidence: Evidence[];
  signOffs: SignOff[];
}

export class UnreadableStatement extends Error {}

/** The canonical bytes to sign. */
export function writePayload(statement: Statement): Uint8Array<ArrayBuffer> {
  const payload: { [key: string]: Json } = {
    ruhu: 1,
    id: statement.id,
    kind: statement.kind,
    authority: statement.authority,
    replica: statement.replica,
    seq: statement.seq,
    prev: statement.prev,
    author: statement.author,
    held: statement.held,
    made: { wall: statement.made.wall, monotonic_ms: statement.made.monotonicMs, boot: statement.made.boot },
    case: statement.case,
    village: statement.village,
    form: statement.form,
    form_version: statement.formVersion,
    instance: statement.instance,
  };
  if (Object.keys(statement.seen).length > 0) {
    payload["seen"] = Object.fromEntries(
      Object.entries(statement.seen).map(([path, dots]) => [path, [...new Set(dots)].toSorted(compareDots)]),
    );
  }
  if (statement.evidence.length > 0) {
    payload["evidence"] = statement.evidence.map((item) => ({
      digest: item.digest,
      length: item.length,
      media_type: item.mediaType,
      shot: item.shot,
      claims: item.claims,
    }));
  }
  if (statement.signOffs.length > 0) {
    payload["sign_offs"] = statement.signOffs.map((signOff) => ({
      slot: signOff.slot,
      outcome: signOff.outcome,
      person: signOff.person ?? null,
      keyid: signOff.keyid ?? null,
      ink: signOff.ink ?? null,
      reason: signOff.reason ?? null,
    }));
  }
  return canonical(payload);
}

/** The statement that a payload describes. Throws UnreadableStatement or UnreadableJson. */
export function readPayload(payload: Uint8Array): Statement {
  const data = object(parse(payload));
  const made = object(data["made"]);
  return {
    id: string(data["id"]),
    kind: string(data["kind"]),
    authority: string(data["authority"]),
    replica: string(data["replica"]),
    seq: integer(data["seq"]),
    prev: data["prev"] === null ? null : string(data["prev"]),
    author: string(data["author"]),
    held: integer(data["held"]),
    made: {
      wall: string(made["wall"]),
      monotonicMs: integer(made["monotonic_ms"]),
      boot: string(made["boot"]),
    },
    case: string(data["case"]),
    village: string(data["village"]),
    form: string(data["form"]),
    formVersion: string(data["form_version"]),
    instance: string(data["instance"]),
    seen: Object.fromEntries(
      Object.entries(object(data["seen"] ?? {})).map(([path, dots]) => [path, list(dots).map(string)]),
    ),
    evidence: list(data["evidence"] ?? []).map((item) => evidence(object(item))),
    signOffs: list(data["sign_offs"] ?? []).map((item) => signOff(object(item))),
  };
}

/** The writes of a survey: one for each answer, numbered in the order of their paths (by code point). */
export function surveyWrites(
  statement: string,
  seen: Readonly<Record<string, readonly DotText[]>>,
  answers: Iterable<{ path: string; value: Value }>,
): Write[] {
  return [...answers]
    .toSorted((one, other) => compareBytes(one.path, other.path))
    .map(({ path, value }, number) => ({ dot: dotText(statement, number), path, value, seen: seen[path] ?? [] }));
}

function evidence(item: { [key: string]: Json }): Evidence {
  const claims = Object.entries(object(item["claims"] ?? {})).map(([name, claim]) => [name, string(claim)]);
  return {
    digest: string(item["digest"]),
    length: integer(item["length"]),
    mediaType: string(item["media_type"]),
    shot: string(item["shot"]),
    claims: Object.fromEntries(claims) as Record<string, string>,
  };
}

function signOff(item: { [key: string]: Json }): SignOff {
  const found: SignOff = { slot: string(item["slot"]), outcome: string(item["outcome"]) as Outcome };
  for (const name of ["person", "keyid", "ink", "reason"] as const) {
    const value = item[name];
    if (typeof value === "string") found[name] = value;
  }
  return found;
}

function object(value: Json | undefined): { [key: string]: Json } {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new UnreadableStatement("an object is missing");
  }
  return value;
}

function list(value: Json): Json[] {
  if (!Array.isArray(value)) throw new UnreadableStatement("a list is missing");
  return value;
}

function string(value: Json | undefined): string {
  if (typeof value !== "string") throw new UnreadableStatement("a text is missing");
  return value;
}

function integer(value: Json | undefined): number {
  if (typeof value !== "number") throw new UnreadableStatement("a number is missing");
  return value;
}
