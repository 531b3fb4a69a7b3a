/**
 * Signing keys: ECDSA P-256 with SHA-256 by WebCrypto, raw r||s (IEEE P1363, 64 bytes).
 *
 * A key's id is the hex SHA-256 of its SubjectPublicKeyInfo (DER). The tablet's own key can never leave the browser;
 * a person's key can, once: to be wrapped under that person's PIN.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "../sync/bytes";

const P256 = { name: "ECDSA", namedCurve: "P-256" };
const SIGNING = { name: "ECDSA", hash: "SHA-256" };

export interface ReplicaKey {
  keys: CryptoKeyPair;
  spki: Uint8Array<ArrayBuffer>;
  keyid: string;
}

export interface PersonKey {
  privateKey: CryptoKey;
  spki: Uint8Array<ArrayBuffer>;
  keyid: string;
}

/** The tablet's own key; not extractable. */
export async function newReplicaKey(): Promise<ReplicaKey> {
  const keys = await crypto.subtle.generateKey(P256, false, ["sign", "verify"]);
  const spki = await publicBytes(keys.publicKey);
  return { keys, spki, keyid: keyId(spki) };
}

/** A person's key; extractable, so that it can be wrapped at once (see ./lock). */
export async function newPersonKey(): Promise<PersonKey> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(P256, true, ["sign", "verify"]);
  const spki = await publicBytes(publicKey);
  return { privateKey, spki, keyid: keyId(spki) };
}

export async function sign(key: CryptoKey, message: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.sign(SIGNING, key, message));
}

/** Whether `sig` over the message is by the key in this SPKI; false also for what is no key or no signature. */
export async function verify(spki: Uint8Array, message: Uint8Array, sig: Uint8Array): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey("spki", Uint8Array.from(spki), P256, false, ["verify"]);
    return await crypto.subtle.verify(SIGNING, key, Uint8Array.from(sig), Uint8Array.from(message));
  } catch {
    return false;
  }
}

export function keyId(spki: Uint8Array): string {
  return toHex(sha256(spki));
}

async function publicBytes(key: CryptoKey): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.exportKey("spki", key));
}
