/** Photos made of bytes, for tests: whole enough for whoever reads their headers, with no picture inside. */

export interface ExifOfTest {
  orientation?: number;
  takenAt?: string;
  offset?: string;
  lat?: readonly number[];
  latRef?: string;
  lng?: readonly number[];
  lngRef?: string;
  signed?: boolean; // degrees as signed fractions
  next?: number; // where the directory after the first is said to be
}

type Field = [tag: number, type: number, count: number, value: number[]];

/** A TIFF structure with a first, an EXIF and a GPS directory. */
export function exifBlock(exif: ExifOfTest, order: "little" | "big" = "little"): Uint8Array<ArrayBuffer> {
  const little = order === "little";
  const bytes = new Uint8Array(1024);
  const view = new DataView(bytes.buffer);
  bytes.set(little ? [0x49, 0x49] : [0x4d, 0x4d]);
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  let free = 400;

  const number = (octets: 2 | 4, value: number): number[] => {
    const scratch = new DataView(new ArrayBuffer(4));
    if (octets === 2) scratch.setUint16(0, value, little);
    else scratch.setUint32(0, value, little);
    return [...new Uint8Array(scratch.buffer, 0, octets)];
  };
  const degrees = (tag: number, parts: readonly number[] | undefined): Field[] =>
    parts === undefined
      ? []
      : [[tag, exif.signed ? 10 : 5, 3, parts.flatMap((part) => [...number(4, part * 100), ...number(4, 100)])]];

  const directory = (at: number, fields: Field[], next = 0): void => {
    view.setUint16(at, fields.length, little);
    fields.forEach(([tag, type, count, value], place) => {
      const entry = at + 2 + 12 * place;
      view.setUint16(entry, tag, little);
      view.setUint16(entry + 2, type, little);
      view.setUint32(entry + 4, count, little);
      if (value.length <= 4) bytes.set(value, entry + 8);
      else {
        view.setUint32(entry + 8, free, little);
        bytes.set(value, free);
        free += value.length;
      }
    });
    view.setUint32(at + 2 + 12 * fields.length, next, little);
  };

  const orientation: Field[] = exif.orientation === undefined ? [] : [[0x0112, 3, 1, number(2, exif.orientation)]];
  directory(8, [...orientation, [0x8769, 4, 1, number(4, 100)], [0x8825, 4, 1, number(4, 200)]], exif.next);
  directory(100, [...ascii(0x9003, exif.takenAt), ...ascii(0x9011, exif.offset)]);
  directory(200, [
    ...ascii(1, exif.latRef),
    ...degrees(2, exif.lat),
    ...ascii(3, exif.lngRef),
    ...degrees(4, exif.lng),
  ]);
  return bytes.slice(0, free);
}

const LETTERS = [...latin("Exif"), 0, 0];

/** Markers, a frame of 640 × 480, and no picture. */
export function jpegWith(tiff: Uint8Array | null): Uint8Array<ArrayBuffer> {
  const jfif = [0xff, 0xe0, 0, 16, ...latin("JFIF"), 0, 1, 1, 0, 0, 1, 0, 1, 0, 0];
  const content = tiff ? [...LETTERS, ...tiff] : [];
  const app1 = tiff ? [0xff, 0xe1, (content.length + 2) >> 8, (content.length + 2) & 0xff, ...content] : [];
  const frame = [
    0xff,
    0xc0,
    0,
    17,
    8,
    480 >> 8,
    480 & 0xff,
    640 >> 8,
    640 & 0xff,
    3,
    1,
    0x22,
    0,
    2,
    0x11,
    1,
    3,
    0x11,
    1,
  ];
  return new Uint8Array([0xff, 0xd8, ...jfif, ...app1, ...frame, 0xff, 0xda, 0, 2, 0xff, 0xd9]);
}

export function pngWith(tiff: Uint8Array): Uint8Array<ArrayBuffer> {
  const chunk = (name: string, content: number[]) => [...big(content.length), ...latin(name), ...content, 0, 0, 0, 0];
  const header = [...big(640), ...big(480), 8, 2, 0, 0, 0];
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  return new Uint8Array([...signature, ...chunk("IHDR", header), ...chunk("eXIf", [...tiff]), ...chunk("IEND", [])]);
}

export function webpWith(tiff: Uint8Array): Uint8Array<ArrayBuffer> {
  const chunk = (name: string, content: number[]) => [
    ...latin(name),
    ...big(content.length).toReversed(),
    ...content,
    ...(content.length % 2 ? [0] : []),
  ];
  const chunks = [...chunk("VP8 ", [1, 2, 3]), ...chunk("EXIF", [...LETTERS, ...tiff])];
  return new Uint8Array([...latin("RIFF"), ...big(chunks.length + 4).toReversed(), ...latin("WEBP"), ...chunks]);
}

/** A HEIC file with nothing but an Exif item, whose place is written as this version of `iloc` writes it. */
export function heicWith(tiff: Uint8Array, version: number): Uint8Array<ArrayBuffer> {
  const box = (name: string, content: number[]) => [...big(content.length + 8), ...latin(name), ...content];
  const id = (value: number) => (version < 2 ? short(value) : big(value));
  const infe = (item: number, type: string) => box("infe", [2, 0, 0, 0, ...short(item), 0, 0, ...latin(type), 0]);
  const place = (item: number, from: number, length: number) => [
    ...id(item),
    ...(version === 0 ? [] : short(0)), // method: in the file
    ...short(0),
    ...short(1),
    ...big(from),
    ...big(length),
  ];
  const head = box("ftyp", [...latin("heic"), 0, 0, 0, 0, ...latin("mif1"), ...latin("heic")]);
  const content = [...big(6), ...LETTERS, ...tiff];
  const metaAt = (from: number) =>
    box("meta", [
      0,
      0,
      0,
      0,
      ...box("iinf", [0, 0, 0, 0, ...short(2), ...infe(1, "hvc1"), ...infe(2, "Exif")]),
      ...box("iloc", [version, 0, 0, 0, 0x44, 0, ...id(2), ...place(1, 0, 1), ...place(2, from, content.length)]),
    ]);
  const before = head.length + metaAt(0).length + 8;
  return new Uint8Array([...head, ...metaAt(before), ...box("mdat", content)]);
}

function ascii(tag: number, value: string | undefined): Field[] {
  return value === undefined ? [] : [[tag, 2, value.length + 1, [...latin(value), 0]]];
}

function short(value: number): number[] {
  return [value >> 8, value & 0xff];
}

function big(value: number): number[] {
  return [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

function latin(text: string): number[] {
  return [...text].map((letter) => letter.charCodeAt(0));
}
