/**
 * A person and, the first time, the tablet itself are enrolled with the office's one-time code. Both keys sign the
 * request, so that nobody enrols a key that they do not hold.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { keyId, newPersonKey, sign } from "../keys/signing";
import type { DeviceRow } from "../store/db";
import type { Region, TabletRow } from "../store/records";
import { fromBase64, toBase64, toHex, utf8 } from "../sync/bytes";
import { ENROLMENT_TYPE, pae, toJson } from "../sync/envelope";
import { canonical } from "../sync/strictJson";
import { asJson } from "./session";
import type { Wire } from "./wire";

export interface Welcome {
  authority: TabletRow["authority"];
  person: { id: string; name: string; role: string };
  receiptKey: TabletRow["receiptKey"];
  intakeKey: TabletRow["intakeKey"];
  regions: Region[];
  key: { privateKey: CryptoKey; spki: Uint8Array; keyid: string };
}

interface WireKey {
  keyid: string;
  public: string;
}

/** The sixteen characters that a person may type with dashes, spaces, small letters, and O for 0 or I, L for 1. */
export function readCode(typed: string): string {
  return typed
    .replaceAll(/[\s\-\u2010-\u2015]/gu, "")
    .toUpperCase()
    .replaceAll("O", "0")
    .replaceAll(/[IL]/gu, "1");
}

/** Uses the code up. Throws what the wire throws. */
export async function askToEnrol(wire: Wire, device: DeviceRow, code: string, label: string): Promise<Welcome> {
  const token = readCode(code);
  const key = await newPersonKey();
  const payload = canonical({
    token: toHex(sha256(utf8(token))),
    replica: device.replica,
    label,
    replica_key: toBase64(device.spki),
    person_key: toBase64(key.spki),
  });
  const message = pae(ENROLMENT_TYPE, payload);
  const signatures = [
    { keyid: keyId(device.spki), sig: await sign(device.keys.privateKey, message) },
    { keyid: key.keyid, sig: await sign(key.privateKey, message) },
  ];
  const proof = toJson({ payloadType: ENROLMENT_TYPE, payload, signatures });
  const answer = await wire.json<{
    authority: TabletRow["authority"];
    person: Welcome["person"];
    regions: Region[];
    receipt_key: WireKey;
    intake_key: WireKey;
  }>({ method: "POST", path: "/enrolments", body: asJson({ token, proof }) });
  const { authority, person, regions } = answer;
  const receiptKey = readKey(answer.receipt_key);
  return { authority, person, regions, key, receiptKey, intakeKey: readKey(answer.intake_key) };
}

function readKey({ keyid, public: spki }: WireKey): { keyid: string; spki: Uint8Array } {
  return { keyid, spki: fromBase64(spki) };
}
