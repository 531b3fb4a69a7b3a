/**
 * What a file is, told by its bytes alone: a camera's names and declared types are not believed.
 *
 * The server takes JPEG and PNG. HEIC and WebP are known well enough to be converted; everything else is refused, with
 * a name where it is common.
 */

export type PhotoKind = "jpeg" | "png" | "heic" | "webp";
export type RefusedKind = "empty" | "gif" | "pdf" | "video" | "avif" | "tiff" | "unknown";

export interface Size {
  width: number;
  height: number;
}

const HEIC_BRANDS = new Set(["heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1"]);
const AVIF_BRANDS = new Set(["avif", "avis"]);

export function isPhoto(kind: PhotoKind | RefusedKind): kind is PhotoKind {
  return kind === "jpeg" || kind === "png" || kind === "heic" || kind === "webp";
}

export function kindOf(bytes: Uint8Array): PhotoKind | RefusedKind {
  if (bytes.length === 0) return "empty";
  if (starts(bytes, [0xff, 0xd8, 0xff])) return "jpeg";
  if (starts(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return "png";
  if (latin(bytes, 0, 4) === "RIFF") return latin(bytes, 8, 4) === "WEBP" ? "webp" : "video";
  if (latin(bytes, 0, 4) === "GIF8") return "gif";
  if (latin(bytes, 0, 4) === "%PDF") return "pdf";
  if (starts(bytes, [0x49, 0x49, 0x2a, 0]) || starts(bytes, [0x4d, 0x4d, 0, 0x2a])) return "tiff";
  if (latin(bytes, 4, 4) === "ftyp") {
    const brands = brandsOf(bytes);
    if (brands.some((brand) => AVIF_BRANDS.has(brand))) return "avif";
    return brands.some((brand) => HEIC_BRANDS.has(brand)) ? "heic" : "video";
  }
  return "unknown";
}

/** Width and height of a JPEG or PNG as stored, before any turning; null where its header does not say. */
export function storedSize(bytes: Uint8Array, kind: PhotoKind): Size | null {
  if (kind === "png") return pngSize(bytes);
  return kind === "jpeg" ? jpegSize(bytes) : null;
}

/** The segments of a JPEG up to its picture data, as [marker, start of content, end]. */
export function* jpegSegments(bytes: Uint8Array): Generator<[marker: number, from: number, to: number]> {
  let at = 2;
  while (at + 4 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1; // any number of 0xFF may fill the space before a marker
      continue;
    }
    if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      at += 2; // stand-alone markers carry no length
      continue;
    }
    const length = ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
    if (marker === 0xda || marker === 0xd9 || length < 2 || at + 2 + length > bytes.length) return;
    yield [marker, at + 4, at + 2 + length];
    at += 2 + length;
  }
}

export function latin(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}

function jpegSize(bytes: Uint8Array): Size | null {
  for (const [marker, from, to] of jpegSegments(bytes)) {
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (frame && to - from >= 5) return sizeAt(bytes, from + 1, 2, "height first");
  }
  return null;
}

function pngSize(bytes: Uint8Array): Size | null {
  return bytes.length >= 33 && latin(bytes, 12, 4) === "IHDR" ? sizeAt(bytes, 16, 4, "width first") : null;
}

function sizeAt(bytes: Uint8Array, at: number, octets: 2 | 4, order: "height first" | "width first"): Size | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const read = (from: number) => (octets === 2 ? view.getUint16(from) : view.getUint32(from));
  const [one, other] = [read(at), read(at + octets)];
  if (one === 0 || other === 0) return null;
  return order === "height first" ? { width: other, height: one } : { width: one, height: other };
}

function brandsOf(bytes: Uint8Array): string[] {
  const brands = [latin(bytes, 8, 4)];
  for (let at = 16; at + 4 <= Math.min(64, bytes.length); at += 4) brands.push(latin(bytes, at, 4));
  return brands;
}

function starts(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((octet, at) => bytes[at] === octet);
}
