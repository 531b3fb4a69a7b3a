/** What a photo says about itself is read, carried over, and never trusted to be well formed. */

import { describe, expect, it } from "vitest";
import { readExif, uprightExif } from "../src/capture/exif";
import { exifOf, withExif } from "../src/capture/exifBlock";
import { kindOf, storedSize } from "../src/capture/formats";
import { exifBlock, heicWith, jpegWith, pngWith, webpWith } from "./photos";

const FULL = {
  orientation: 6,
  takenAt: "2026:11:24 09:30:05",
  offset: "+08:00",
  lat: [30, 15, 30.5],
  latRef: "N",
  lng: [112, 30, 0],
  lngRef: "E",
} as const;

describe("EXIF", () => {
  it.each(["little", "big"] as const)("tells time, place and orientation (%s endian)", (order) => {
    const claims = readExif(exifBlock(FULL, order));

    expect(claims.takenAt).toBe("2026-11-24T09:30:05+08:00");
    expect(claims.orientation).toBe(6);
    expect(claims.place?.lat).toBeCloseTo(30.258472, 6);
    expect(claims.place?.lng).toBeCloseTo(112.5, 6);
  });

  it("reads south and west as negative, and signed fractions as some phones write them", () => {
    const claims = readExif(exifBlock({ ...FULL, latRef: "S", lngRef: "W", signed: true }));

    expect(claims.place?.lat).toBeCloseTo(-30.258472, 6);
    expect(claims.place?.lng).toBeCloseTo(-112.5, 6);
  });

  it("gives a time without an offset as local time", () => {
    expect(readExif(exifBlock({ takenAt: "2026:11:24 09:30:05" })).takenAt).toBe("2026-11-24T09:30:05");
  });

  it.each(["0000:00:00 00:00:00", "    :  :     :  :  ", "yesterday", ""])("hears silence in %j", (takenAt) => {
    expect(readExif(exifBlock({ takenAt })).takenAt).toBeNull();
  });

  it("takes zeros for no fix and 99 for no orientation", () => {
    const claims = readExif(exifBlock({ ...FULL, orientation: 99, lat: [0, 0, 0], lng: [0, 0, 0] }));

    expect(claims.place).toBeNull();
    expect(claims.orientation).toBe(1);
  });

  it("is upright and without a thumbnail after the pixels have been turned; the rest stays", () => {
    const before = exifBlock({ ...FULL, next: 8 }); // a directory that follows itself

    const after = uprightExif(before);

    expect(readExif(after)).toEqual({ ...readExif(before), orientation: 1 });
    expect(after.length).toBe(before.length);
    expect([...after].filter((octet, at) => octet !== before[at]).length).toBe(2); // the tag, and the pointer on
  });

  it("never throws, whatever is broken", () => {
    const good = exifBlock(FULL);
    for (let at = 0; at < good.length; at += 1) {
      for (const wrong of [0x00, 0x08, 0x7f, 0xff]) {
        const broken = good.slice();
        broken[at] = wrong;
        readExif(broken);
        uprightExif(broken);
      }
      readExif(good.subarray(0, at));
      uprightExif(good.subarray(0, at));
    }
  });
});

describe("a photo's EXIF", () => {
  const tiff = exifBlock(FULL);

  it("is found in JPEG, PNG, WebP and HEIC", () => {
    expect(exifOf(jpegWith(tiff), "jpeg")).toEqual(tiff);
    expect(exifOf(pngWith(tiff), "png")).toEqual(tiff);
    expect(exifOf(webpWith(tiff), "webp")).toEqual(tiff);
    for (const version of [0, 1, 2]) expect(exifOf(heicWith(tiff, version), "heic")).toEqual(tiff);
  });

  it("is put into a JPEG that had none, as its first segment", () => {
    const plain = jpegWith(null);

    const carried = withExif(plain, tiff);

    expect(exifOf(plain, "jpeg")).toBeNull();
    expect(exifOf(carried, "jpeg")).toEqual(tiff);
    expect(kindOf(carried)).toBe("jpeg");
    expect(storedSize(carried, "jpeg")).toEqual({ width: 640, height: 480 });
    expect(carried.length).toBe(plain.length + tiff.length + 10);
  });

  it("is left out where one segment cannot hold it", () => {
    const plain = jpegWith(null);

    expect(withExif(plain, new Uint8Array(65_530))).toBe(plain);
  });

  it.each([
    ["jpeg", jpegWith(tiff)],
    ["png", pngWith(tiff)],
    ["webp", webpWith(tiff)],
    ["heic", heicWith(tiff, 1)],
  ] as const)("is looked for in a broken %s without a throw", (kind, photo) => {
    const head = photo.subarray(0, 200);
    for (let at = 0; at < head.length; at += 1) {
      for (const wrong of [0x00, 0x01, 0x80, 0xff]) {
        const broken = photo.slice();
        broken[at] = wrong;
        exifOf(broken, kind);
        storedSize(broken, kind);
      }
      exifOf(photo.subarray(0, at), kind);
      storedSize(photo.subarray(0, at), kind);
    }
  });
});
