/**
 * The EXIF of a HEIC photo: an item of type "Exif" that `iinf` names and `iloc` locates (ISO/IEC 14496-12, 8.11).
 *
 * Phones keep it whole and in the file itself; EXIF in pieces or in an `idat` box reads as none. Nothing here throws.
 */

import { withoutLetters } from "./exif";
import { latin } from "./formats";

interface Span {
  from: number;
  to: number;
}

export function heicExif(bytes: Uint8Array): Uint8Array | null {
  try {
    return find(bytes);
  } catch {
    return null; // an offset led outside the file: DataView says so by throwing
  }
}

function find(bytes: Uint8Array): Uint8Array | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const meta = box(bytes, view, { from: 0, to: bytes.length }, "meta");
  if (meta === null) return null;
  const inMeta = { from: meta.from + 4, to: meta.to }; // `meta` has a version and flags before its boxes
  const [names, places] = [box(bytes, view, inMeta, "iinf"), box(bytes, view, inMeta, "iloc")];
  const item = names && exifItem(bytes, view, names);
  const at = places && item !== null ? itemAt(view, places, item) : null;
  if (at === null || at.to > bytes.length || at.to - at.from < 12) return null;
  const skip = view.getUint32(at.from); // bytes before the TIFF header, mostly the six of "Exif\0\0"
  if (at.from + 4 + skip + 8 > at.to) return null;
  return withoutLetters(bytes.subarray(at.from + 4 + skip, at.to));
}

function box(bytes: Uint8Array, view: DataView, within: Span, wanted: string): Span | null {
  for (const [name, span] of boxes(bytes, view, within)) if (name === wanted) return span;
  return null;
}

function* boxes(bytes: Uint8Array, view: DataView, within: Span): Generator<[name: string, content: Span]> {
  for (let at = within.from; at + 8 <= within.to;) {
    let [length, head] = [view.getUint32(at), 8];
    if (length === 1) [length, head] = [Number(view.getBigUint64(at + 8)), 16];
    if (length === 0) length = within.to - at; // to the end
    if (length < head || at + length > within.to) return;
    yield [latin(bytes, at + 4, 4), { from: at + head, to: at + length }];
    at += length;
  }
}

/** The id of the first item of type "Exif". */
function exifItem(bytes: Uint8Array, view: DataView, names: Span): number | null {
  const counted = view.getUint8(names.from) === 0 ? 2 : 4;
  for (const [name, entry] of boxes(bytes, view, { from: names.from + 4 + counted, to: names.to })) {
    const version = view.getUint8(entry.from);
    if (name !== "infe" || version < 2) continue;
    const id = version === 2 ? view.getUint16(entry.from + 4) : view.getUint32(entry.from + 4);
    if (latin(bytes, entry.from + (version === 2 ? 8 : 10), 4) === "Exif") return id;
  }
  return null;
}

/** Where an item lies in the file, when it lies there in one piece. */
function itemAt(view: DataView, places: Span, wanted: number): Span | null {
  const version = view.getUint8(places.from);
  const sizes = view.getUint16(places.from + 4);
  const [offsetSize, lengthSize, baseSize] = [(sizes >> 12) & 15, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexSize = version === 0 ? 0 : sizes & 15;
  let at = places.from + 6;
  const read = (octets: number): number => {
    at += octets;
    if (octets === 0) return 0;
    if (octets === 2) return view.getUint16(at - 2);
    return octets === 4 ? view.getUint32(at - 4) : Number(view.getBigUint64(at - 8));
  };
  for (let left = read(version < 2 ? 2 : 4); left > 0; left -= 1) {
    const id = read(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : read(2) & 15;
    at += 2; // which file: this one
    const base = read(baseSize);
    const pieces: Span[] = [];
    for (let more = read(2); more > 0; more -= 1) {
      at += indexSize;
      const from = base + read(offsetSize);
      pieces.push({ from, to: from + read(lengthSize) });
    }
    if (id === wanted) return method === 0 && pieces.length === 1 ? (pieces[0] ?? null) : null;
  }
  return null;
}
