/**
 * The tablet's data key while somebody has unlocked it: seals drafts and pulled cases, AES-256-GCM.
 *
 * Sealed bytes are a random 96-bit nonce, then ciphertext and tag; `boundTo` keeps a row's bytes from serving in another.
 */

import { utf8 } from "../sync/bytes";

const NONCE_BYTES = 12;

/** Bytes that do not open under this key, or not in this place. */
export class DoesNotOpen extends Error {}

export class Vault {
  private constructor(private readonly key: CryptoKey) {}

  /** A new data key. It can be wrapped for a person; its bytes are handed out to nobody. */
  static async fresh(): Promise<Vault> {
    return new Vault(await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]));
  }

  /** Throws DoesNotOpen when `personLock` is not the lock that wrapped it. */
  static async unwrap(personLock: CryptoKey, wrapped: Uint8Array, boundTo: string): Promise<Vault> {
    try {
      const key = await crypto.subtle.unwrapKey(
        "raw",
        Uint8Array.from(wrapped.subarray(NONCE_BYTES)),
        personLock,
        parameters(wrapped.subarray(0, NONCE_BYTES), boundTo),
        "AES-GCM",
        true,
        ["encrypt", "decrypt"],
      );
      return new Vault(key);
    } catch {
      throw new DoesNotOpen("the data key does not open");
    }
  }

  async wrapFor(personLock: CryptoKey, boundTo: string): Promise<Uint8Array<ArrayBuffer>> {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const wrapped = await crypto.subtle.wrapKey("raw", this.key, personLock, parameters(nonce, boundTo));
    return withNonce(nonce, wrapped);
  }

  seal(plain: Uint8Array, boundTo: string): Promise<Uint8Array<ArrayBuffer>> {
    return seal(this.key, plain, boundTo);
  }

  /** Throws DoesNotOpen. */
  open(sealed: Uint8Array, boundTo: string): Promise<Uint8Array<ArrayBuffer>> {
    return open(this.key, sealed, boundTo);
  }
}

export async function seal(key: CryptoKey, plain: Uint8Array, boundTo: string): Promise<Uint8Array<ArrayBuffer>> {
  const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  return withNonce(nonce, await crypto.subtle.encrypt(parameters(nonce, boundTo), key, Uint8Array.from(plain)));
}

/** Throws DoesNotOpen. */
export async function open(key: CryptoKey, sealed: Uint8Array, boundTo: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const plain = await crypto.subtle.decrypt(
      parameters(sealed.subarray(0, NONCE_BYTES), boundTo),
      key,
      Uint8Array.from(sealed.subarray(NONCE_BYTES)),
    );
    return new Uint8Array(plain);
  } catch {
    throw new DoesNotOpen("sealed bytes do not open");
  }
}

function parameters(nonce: Uint8Array, boundTo: string): AesGcmParams {
  return { name: "AES-GCM", iv: Uint8Array.from(nonce), additionalData: utf8(boundTo) };
}

function withNonce(nonce: Uint8Array, sealed: ArrayBuffer): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(nonce.length + sealed.byteLength);
  whole.set(nonce);
  whole.set(new Uint8Array(sealed), nonce.length);
  return whole;
}
