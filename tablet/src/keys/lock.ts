/**
 * A person's lock on this tablet: it opens with a PIN and a share that the server lends, and with neither alone.
 *
 * The PIN is stretched by argon2id (RFC 9106); HKDF-SHA-256 (RFC 5869) joins it with the share. A wrong PIN and a wrong
 * share look the same: what is wrapped does not open. All of it is bound to the person's id.
 */

import { argon2id } from "hash-wasm";
import { utf8 } from "../sync/bytes";
import { open, Vault } from "./vault";

/** How a PIN is stretched; kept with each person, so that it can be made dearer later. */
export interface Stretch {
  kind: "argon2id";
  memoryKiB: number;
  passes: number;
  lanes: number;
}

// About a fifth of a second on a slow tablet. What keeps a stolen tablet shut is the share: a million PINs are few.
export const STRETCH: Stretch = { kind: "argon2id", memoryKiB: 32 * 1024, passes: 2, lanes: 1 };
const SALT_BYTES = 16;
const INFO = "ruhu person lock 1";

export function newSalt(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(SALT_BYTES));
}

/** 32 bytes. */
export async function stretch(
  pin: string,
  salt: Uint8Array,
  how: Stretch = STRETCH,
): Promise<Uint8Array<ArrayBuffer>> {
  const stretched = await argon2id({
    password: pin,
    salt,
    memorySize: how.memoryKiB,
    iterations: how.passes,
    parallelism: how.lanes,
    hashLength: 32,
    outputType: "binary",
  });
  return Uint8Array.from(stretched);
}

/** The key that wraps this person's own keys. `share` are the 32 bytes that the server lends. */
export async function personLock(stretched: Uint8Array, share: Uint8Array, person: string): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", Uint8Array.from(stretched), "HKDF", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: Uint8Array.from(share), info: utf8(`${INFO}:${person}`) },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt", "wrapKey", "unwrapKey"],
  );
}

export function wrapDataKey(lock: CryptoKey, vault: Vault, person: string): Promise<Uint8Array<ArrayBuffer>> {
  return vault.wrapFor(lock, `data key:${person}`);
}

/** Throws DoesNotOpen: the PIN, or the share, is another one. */
export function openDataKey(lock: CryptoKey, wrapped: Uint8Array, person: string): Promise<Vault> {
  return Vault.unwrap(lock, wrapped, `data key:${person}`);
}

const P256 = { name: "ECDSA", namedCurve: "P-256" };

/** PKCS #8 under the lock. */
export async function wrapSigningKey(
  lock: CryptoKey,
  privateKey: CryptoKey,
  person: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const wrapped = await crypto.subtle.wrapKey("pkcs8", privateKey, lock, {
    name: "AES-GCM",
    iv: nonce,
    additionalData: utf8(`signing key:${person}`),
  });
  const whole = new Uint8Array(nonce.length + wrapped.byteLength);
  whole.set(nonce);
  whole.set(new Uint8Array(wrapped), nonce.length);
  return whole;
}

/** For one act of signing; it cannot be taken out of the browser. Throws DoesNotOpen. */
export async function openSigningKey(lock: CryptoKey, wrapped: Uint8Array, person: string): Promise<CryptoKey> {
  const pkcs8 = await open(lock, wrapped, `signing key:${person}`);
  try {
    return await crypto.subtle.importKey("pkcs8", pkcs8, P256, false, ["sign"]);
  } finally {
    pkcs8.fill(0);
  }
}
