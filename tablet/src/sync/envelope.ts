/**
 * The exact signed bytes and who signed them: a DSSE envelope (Dead Simple Signing Envelope, protocol 1.0).
 *
 * A signature covers `pae(payloadType, payload)`, never a re-serialised copy. Signatures are raw r||s (IEEE P1363).
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { fromBase64, NotEncoded, toBase64, toHex, utf8 } from "./bytes";
import type { Json } from "./strictJson";

export const STATEMENT_TYPE = "application/vnd.ruhu.statement+json";
export const RECEIPT_TYPE = "application/vnd.ruhu.receipt+json";
export const ENROLMENT_TYPE = "application/vnd.ruhu.enrolment+json";
export const SESSION_TYPE = "application/vnd.ruhu.session+json";
export const LIFEBOAT_ANSWER_TYPE = "application/vnd.ruhu.lifeboat-answer+json";

export const MAX_SIGNATURES = 16;

export interface Signature {
  keyid: string; // hex SHA-256 of the public key (SPKI, DER)
  sig: Uint8Array;
}

export interface Envelope {
  payloadType: string;
  payload: Uint8Array;
  signatures: Signature[];
}

export class UnreadableEnvelope extends Error {}

/** DSSE's pre-authentication encoding: the bytes that are signed. */
export function pae(payloadType: string, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const kind = utf8(payloadType);
  const head = utf8(`DSSEv1 ${kind.length} ${payloadType} ${payload.length} `);
  const bytes = new Uint8Array(head.length + payload.length);
  bytes.set(head);
  bytes.set(payload, head.length);
  return bytes;
}

/** What identifies the content: hex SHA-256 of the payload. Signatures are malleable and take no part. */
export function digestOf(payload: Uint8Array): string {
  return toHex(sha256(payload));
}

export function toJson(envelope: Envelope): Json {
  return {
    payloadType: envelope.payloadType,
    payload: toBase64(envelope.payload),
    signatures: envelope.signatures.map(({ keyid, sig }) => ({ keyid, sig: toBase64(sig) })),
  };
}

/** The envelope that a JSON value describes; nothing about its content is judged. Throws UnreadableEnvelope. */
export function fromJson(value: Json): Envelope {
  const data = members(value, ["payload", "payloadType", "signatures"]);
  const { payloadType, signatures } = data;
  if (typeof payloadType !== "string" || !Array.isArray(signatures)) {
    throw new UnreadableEnvelope("payloadType is a string, signatures a list");
  }
  if (signatures.length < 1 || signatures.length > MAX_SIGNATURES) {
    throw new UnreadableEnvelope(`an envelope carries 1 to ${MAX_SIGNATURES} signatures`);
  }
  return {
    payloadType,
    payload: bytesOf(data["payload"]),
    signatures: signatures.map((item) => {
      const { keyid, sig } = members(item, ["keyid", "sig"]);
      if (typeof keyid !== "string") throw new UnreadableEnvelope("a signature has keyid and sig");
      return { keyid, sig: bytesOf(sig) };
    }),
  };
}

function members(value: Json, names: string[]): { [key: string]: Json } {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new UnreadableEnvelope("an object is missing");
  }
  if (Object.keys(value).toSorted().join() !== names.join()) {
    throw new UnreadableEnvelope(`an object with ${names.join(", ")} is missing`);
  }
  return value;
}

function bytesOf(value: Json | undefined): Uint8Array {
  if (typeof value !== "string") throw new UnreadableEnvelope("payload and sig are base64 strings");
  try {
    return fromBase64(value);
  } catch (error) {
    if (error instanceof NotEncoded) throw new UnreadableEnvelope("payload or sig is not base64");
    throw error;
  }
}
