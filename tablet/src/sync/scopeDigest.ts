/**
 * How two sides tell that they hold the same cases: the sum (modulo 2^256) of the hashes of their (case id, case hash)
 * pairs, with their number. A check between honest parties, so that a feed bug of any kind shows itself.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { toHex, utf8 } from "./bytes";

const MODULUS = 1n << 256n;

/** `<count>:<64 hex digits>` of these [case id, case hash] pairs. */
export function scopeDigest(cases: Iterable<readonly [string, string]>): string {
  let count = 0;
  let total = 0n;
  for (const [id, hash] of cases) {
    count++;
    total = (total + BigInt(`0x${toHex(sha256(utf8(`${id}\0${hash}`)))}`)) % MODULUS;
  }
  return `${count}:${total.toString(16).padStart(64, "0")}`;
}
