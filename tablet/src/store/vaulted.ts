/** JSON under the tablet's data key. `boundTo` says what it is, so that no row can pass for another. */

import { text, utf8 } from "../sync/bytes";
import type { Vault } from "../keys/vault";

export function sealJson(vault: Vault, value: unknown, boundTo: string): Promise<Uint8Array> {
  return vault.seal(utf8(JSON.stringify(value)), boundTo);
}

export async function openJson<T>(vault: Vault, sealed: Uint8Array, boundTo: string): Promise<T> {
  return JSON.parse(text(await vault.open(sealed, boundTo))) as T;
}
