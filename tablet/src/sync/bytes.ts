/** Bytes as text and back: hexadecimal (lower case), base64 (standard, padded) and UTF-8. */

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class NotEncoded extends Error {}

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Throws TypeError when the bytes are not UTF-8. */
export function text(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export function toHex(bytes: Uint8Array): string {
  let hex = "";
  for (const byte of bytes) hex += byte.toString(16).padStart(2, "0");
  return hex;
}

const PIECE = 0x8000; // more arguments than this overflow the stack of some engines

export function toBase64(bytes: Uint8Array): string {
  let characters = "";
  for (let at = 0; at < bytes.length; at += PIECE) {
    characters += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return btoa(characters);
}

/** Throws NotEncoded; as strict as the server: no white space, padding where it belongs. */
export function fromBase64(encoded: string): Uint8Array<ArrayBuffer> {
  if (!/^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(encoded)) {
    throw new NotEncoded("not base64");
  }
  return Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0));
}

/** Whether two runs of bytes are the same. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
