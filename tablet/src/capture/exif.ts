/**
 * What a camera wrote about a photo (EXIF 2.32, a TIFF structure): when, where, and which way up.
 *
 * Anyone can write anything there, and phones write much that is broken; so every offset is checked, nothing is
 * followed twice, and nonsense reads as silence. Nothing here throws.
 */

export interface ExifClaims {
  /** Local time, with its offset if the camera gave one: `2026-11-24T09:30:00+08:00`. */
  takenAt: string | null;
  /** Degrees, north and east positive. */
  place: { lat: number; lng: number } | null;
  /** 1 to 8; 1 is upright. */
  orientation: number;
}

const ORIENTATION = 0x0112;
const EXIF_IFD = 0x8769;
const GPS_IFD = 0x8825;
const ORIGINAL_TIME = 0x9003;
const ORIGINAL_OFFSET = 0x9011;
const PLAUSIBLE_ENTRIES = 512;

/** Bytes of one value by TIFF type: BYTE, ASCII, SHORT, LONG, RATIONAL, and the signed ones. */
const SIZES: Record<number, number> = { 1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8 };

interface Entry {
  type: number;
  count: number;
  at: number; // where its value lies; inside the bytes
}

/** What stands before the TIFF structure in most formats: "Exif", and two zeros. */
export const LETTERS = [0x45, 0x78, 0x69, 0x66, 0, 0];

export function withoutLetters(bytes: Uint8Array): Uint8Array {
  return LETTERS.every((octet, at) => bytes[at] === octet) ? bytes.subarray(LETTERS.length) : bytes;
}

/** `tiff` begins with its byte order. */
export function readExif(tiff: Uint8Array): ExifClaims {
  const block = new Block(tiff);
  const first = block.entries(block.firstDirectory);
  const details = block.entries(block.long(first.get(EXIF_IFD)));
  const gps = block.entries(block.long(first.get(GPS_IFD)));
  const orientation = block.short(first.get(ORIENTATION)) ?? 1;
  return {
    takenAt: moment(block.ascii(details.get(ORIGINAL_TIME)), block.ascii(details.get(ORIGINAL_OFFSET))),
    place: placeOf(block, gps),
    orientation: orientation >= 1 && orientation <= 8 ? orientation : 1,
  };
}

/**
 * The same EXIF for pixels that have been turned upright: orientation 1, and no thumbnail, which still shows the
 * picture as it lay.
 */
export function uprightExif(tiff: Uint8Array): Uint8Array {
  const turned = tiff.slice();
  const block = new Block(turned);
  const entry = block.entries(block.firstDirectory).get(ORIENTATION);
  if (entry?.type === 3) block.writeShort(entry.at, 1);
  block.endAfterFirstDirectory();
  return turned;
}

/** A TIFF structure whose every read stays inside it. */
class Block {
  private readonly view: DataView;
  private readonly little: boolean;
  readonly firstDirectory: number | null;

  constructor(bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.little = bytes[0] === 0x49;
    const ordered = (bytes[0] === 0x49 && bytes[1] === 0x49) || (bytes[0] === 0x4d && bytes[1] === 0x4d);
    this.firstDirectory = ordered && this.uint16(2) === 42 ? this.uint32(4) : null;
  }

  /** The entries of a directory by tag, the first of each; those whose values lie outside are left out. */
  entries(directory: number | null): Map<number, Entry> {
    const found = new Map<number, Entry>();
    const count = directory === null ? null : this.uint16(directory);
    if (directory === null || count === null || count > PLAUSIBLE_ENTRIES) return found;
    for (let at = directory + 2; at < directory + 2 + 12 * count; at += 12) {
      const [tag, type, values] = [this.uint16(at), this.uint16(at + 2), this.uint32(at + 4)];
      if (tag === null || type === null || values === null) break;
      const length = values * (SIZES[type] ?? 0);
      const valueAt = length <= 4 ? at + 8 : this.uint32(at + 8);
      if (length === 0 || valueAt === null || valueAt + length > this.view.byteLength || found.has(tag)) continue;
      found.set(tag, { type, count: values, at: valueAt });
    }
    return found;
  }

  short(entry: Entry | undefined): number | null {
    return entry?.type === 3 ? this.uint16(entry.at) : null;
  }

  long(entry: Entry | undefined): number | null {
    return entry?.type === 4 ? this.uint32(entry.at) : null;
  }

  ascii(entry: Entry | undefined): string | null {
    if (entry?.type !== 2 || entry.count > 64) return null;
    const octets = new Uint8Array(this.view.buffer, this.view.byteOffset + entry.at, entry.count);
    return String.fromCharCode(...octets).replace(/\0.*$/su, "");
  }

  rationals(entry: Entry | undefined): number[] {
    if (!entry || entry.count > 8) return [];
    // Some phones write degrees as signed fractions (type 10), though the standard says unsigned (5).
    const part = (at: number) =>
      entry.type === 5 ? this.view.getUint32(at, this.little) : this.view.getInt32(at, this.little);
    if (entry.type !== 5 && entry.type !== 10) return [];
    return Array.from({ length: entry.count }, (_, place) => {
      const under = part(entry.at + 8 * place + 4);
      return under === 0 ? Number.NaN : part(entry.at + 8 * place) / under;
    });
  }

  writeShort(at: number, value: number): void {
    this.view.setUint16(at, value, this.little);
  }

  endAfterFirstDirectory(): void {
    if (this.firstDirectory === null) return;
    const next = this.firstDirectory + 2 + 12 * (this.uint16(this.firstDirectory) ?? 0);
    if (this.inside(next, 4)) this.view.setUint32(next, 0);
  }

  private uint16(at: number): number | null {
    return this.inside(at, 2) ? this.view.getUint16(at, this.little) : null;
  }

  private uint32(at: number): number | null {
    return this.inside(at, 4) ? this.view.getUint32(at, this.little) : null;
  }

  private inside(at: number, length: number): boolean {
    return at >= 0 && at + length <= this.view.byteLength;
  }
}

function moment(time: string | null, offset: string | null): string | null {
  const found = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d:\d\d:\d\d)/u.exec(time ?? "");
  if (!found) return null;
  const local = `${found[1]}-${found[2]}-${found[3]}T${found[4]}`;
  if (Number.isNaN(Date.parse(`${local}Z`))) return null; // "0000:00:00 00:00:00" is how cameras say that they do not know
  return /^[+-]\d\d:\d\d$/u.test(offset ?? "") ? `${local}${offset}` : local;
}

function placeOf(block: Block, gps: Map<number, Entry>): { lat: number; lng: number } | null {
  const lat = degrees(block.rationals(gps.get(2)), block.ascii(gps.get(1)) === "S");
  const lng = degrees(block.rationals(gps.get(4)), block.ascii(gps.get(3)) === "W");
  if (lat === null || lng === null || Math.abs(lat) > 90 || Math.abs(lng) > 180) return null;
  return lat === 0 && lng === 0 ? null : { lat, lng }; // a receiver without a fix writes zeros
}

function degrees(parts: number[], negative: boolean): number | null {
  const [whole, minutes = 0, seconds = 0] = parts;
  if (whole === undefined || parts.some((part) => !Number.isFinite(part))) return null;
  const angle = whole + minutes / 60 + seconds / 3600;
  return negative ? -angle : angle;
}
