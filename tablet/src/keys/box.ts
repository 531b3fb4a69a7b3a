/**
 * A box: bytes that only the server can open again, not even the tablet that closed it.
 *
 * `RUHUBOX1` || id of the server's intake key (32) || ephemeral P-256 public key, uncompressed (65) || AES-256-GCM
 * ciphertext with its tag. Key and nonce come from HKDF-SHA-256 (RFC 5869) over the ECDH x coordinate, salted with both
 * public keys. The associated data says what the box holds, so that no box can stand for another.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { utf8 } from "../sync/bytes";

const MAGIC = utf8("RUHUBOX1");
const ECDH = { name: "ECDH", namedCurve: "P-256" };
const INFO = utf8("ruhu box 1");
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const POINT_BYTES = 65;

/** How many bytes a box is longer than what it holds. */
export const BOX_OVERHEAD = MAGIC.length + 32 + POINT_BYTES + TAG_BYTES;

/**
 * `boundTo` is `statement:<statement id>` or `evidence:<digest of the plain bytes>`. The ephemeral key pair is new for
 * each box; a given one serves the vectors only.
 */
export async function sealBox(
  intakeSpki: Uint8Array,
  plain: Uint8Array,
  boundTo: string,
  ephemeral?: CryptoKeyPair,
): Promise<Uint8Array<ArrayBuffer>> {
  const own = ephemeral ?? (await crypto.subtle.generateKey(ECDH, false, ["deriveBits"]));
  const intake = await crypto.subtle.importKey("spki", Uint8Array.from(intakeSpki), ECDH, true, []);
  const [ownPoint, intakePoint] = await Promise.all([point(own.publicKey), point(intake)]);
  const shared = await crypto.subtle.deriveBits({ name: "ECDH", public: intake }, own.privateKey, 256);
  const material = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveBits"]);
  const bits = await crypto.subtle.deriveBits(
    { name: "HKDF", hash: "SHA-256", salt: joined(ownPoint, intakePoint), info: INFO },
    material,
    8 * (KEY_BYTES + NONCE_BYTES),
  );
  const key = await crypto.subtle.importKey("raw", bits.slice(0, KEY_BYTES), "AES-GCM", false, ["encrypt"]);
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv: bits.slice(KEY_BYTES), additionalData: utf8(boundTo) },
    key,
    Uint8Array.from(plain),
  );
  return joined(MAGIC, sha256(intakeSpki), ownPoint, new Uint8Array(sealed));
}

async function point(key: CryptoKey): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.exportKey("raw", key));
}

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
