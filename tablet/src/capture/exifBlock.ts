/** Where a photo keeps its EXIF, by format, and how it is put into a JPEG that had none. */

import { LETTERS, withoutLetters } from "./exif";
import { jpegSegments, latin, type PhotoKind } from "./formats";
import { heicExif } from "./heicExif";

const LONGEST = 0xffff - 2 - LETTERS.length; // what an APP1 segment can hold

/** The EXIF of a photo without its letters, or null. Nothing here throws. */
export function exifOf(bytes: Uint8Array, kind: PhotoKind): Uint8Array | null {
  switch (kind) {
    case "jpeg":
      return jpegExif(bytes);
    case "png":
      return chunk(bytes, "eXIf", 8, { length: 0, name: 4, content: 8, around: 12, little: false });
    case "webp": {
      const found = chunk(bytes, "EXIF", 12, { length: 4, name: 0, content: 8, around: 8, little: true });
      return found && withoutLetters(found);
    }
    case "heic":
      return heicExif(bytes);
  }
}

/** The JPEG with this EXIF as its first segment; the JPEG itself where the EXIF is too long for one. */
export function withExif(jpeg: Uint8Array, tiff: Uint8Array | null): Uint8Array {
  if (tiff === null || tiff.length > LONGEST) return jpeg;
  const length = 2 + LETTERS.length + tiff.length;
  const joined = new Uint8Array(jpeg.length + 2 + length);
  joined.set(jpeg.subarray(0, 2));
  joined.set([0xff, 0xe1, length >> 8, length & 0xff, ...LETTERS], 2);
  joined.set(tiff, 6 + LETTERS.length);
  joined.set(jpeg.subarray(2), 4 + length);
  return joined;
}

function jpegExif(bytes: Uint8Array): Uint8Array | null {
  for (const [marker, from, to] of jpegSegments(bytes)) {
    if (marker === 0xe1 && LETTERS.every((octet, at) => bytes[from + at] === octet)) {
      return bytes.subarray(from + LETTERS.length, to);
    }
  }
  return null;
}

/** How the chunks of a format are laid out: offsets within one, and what surrounds its content. */
interface Layout {
  length: number;
  name: number;
  content: number;
  around: number;
  little: boolean;
}

function chunk(bytes: Uint8Array, wanted: string, first: number, layout: Layout): Uint8Array | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = first; at + 8 <= bytes.length;) {
    const length = view.getUint32(at + layout.length, layout.little);
    const from = at + layout.content;
    if (from + length > bytes.length) return null;
    if (latin(bytes, at + layout.name, 4) === wanted) return bytes.subarray(from, from + length);
    at += layout.around + length + (layout.little ? length % 2 : 0); // RIFF pads to an even length
  }
  return null;
}
