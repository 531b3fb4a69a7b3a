/** What a file is is told by its bytes; what is done to a photo, and what is claimed of it, follows rules. */

import { describe, expect, it } from "vitest";
import { claimsOf, withOffset, type Capture } from "../src/capture/claims";
import { kindOf, storedSize } from "../src/capture/formats";
import { LONGEST_SIDE, MOST_BYTES, PhotoRefused, fitted, mayStay, takePhoto } from "../src/capture/photo";
import { exifBlock, heicWith, jpegWith, pngWith, webpWith } from "./photos";

const tiff = exifBlock({ orientation: 1 });
const bytes = (...parts: (string | number)[]) =>
  new Uint8Array(
    parts.flatMap((part) => (typeof part === "number" ? [part] : [...part].map((letter) => letter.charCodeAt(0)))),
  );

describe("a file", () => {
  it.each([
    ["jpeg", jpegWith(null)],
    ["png", pngWith(tiff)],
    ["webp", webpWith(tiff)],
    ["heic", heicWith(tiff, 1)],
    ["empty", bytes()],
    ["gif", bytes("GIF89a")],
    ["pdf", bytes("%PDF-1.7")],
    ["video", bytes(0, 0, 0, 24, "ftypmp42", 0, 0, 0, 0, "isom")],
    ["avif", bytes(0, 0, 0, 24, "ftypavif", 0, 0, 0, 0, "mif1")],
    ["tiff", bytes("II*", 0, 8)],
    ["unknown", bytes("<svg xmlns='http://www.w3.org/2000/svg'/>")],
  ] as const)("is %s by its bytes", (kind, file) => {
    expect(kindOf(file)).toBe(kind);
  });

  it("says how large its picture is, where the server takes it as it is", () => {
    expect(storedSize(jpegWith(tiff), "jpeg")).toEqual({ width: 640, height: 480 });
    expect(storedSize(pngWith(tiff), "png")).toEqual({ width: 640, height: 480 });
    expect(storedSize(heicWith(tiff, 1), "heic")).toBeNull();
  });

  it("that is no photo is refused with its kind", async () => {
    await expect(takePhoto(bytes("%PDF-1.7"))).rejects.toEqual(new PhotoRefused("pdf"));
  });
});

describe("a photo", () => {
  it("stays as it is up to a size that no document needs more than", () => {
    expect(mayStay({ width: LONGEST_SIDE, height: 3072 }, MOST_BYTES)).toBe(true);
    expect(mayStay({ width: 3072, height: LONGEST_SIDE + 1 }, 1000)).toBe(false);
    expect(mayStay({ width: 800, height: 600 }, MOST_BYTES + 1)).toBe(false);
    expect(mayStay(null, 1000)).toBe(false);
  });

  it("is made smaller in its own shape, and never larger", () => {
    expect(fitted({ width: 8192, height: 6144 })).toEqual({ width: 4096, height: 3072 });
    expect(fitted({ width: 3000, height: 9000 })).toEqual({ width: 1365, height: 4096 });
    expect(fitted({ width: 640, height: 480 })).toEqual({ width: 640, height: 480 });
    expect(fitted({ width: 100_000, height: 1 })).toEqual({ width: 4096, height: 1 });
  });
});

describe("what is claimed of a photo", () => {
  const clock = new Date("2026-11-24T01:30:00Z");
  const capture: Capture = { source: "camera", clock, fileTime: clock, exif: null, position: null, changed: {} };
  const exif = { takenAt: "2026-11-23T08:00:00+08:00", place: { lat: 30.5, lng: 112.25 }, orientation: 1 };

  it("is the camera's time and the tablet's place", () => {
    const position = { lat: 30.1234567, lng: 112.7654321, accuracy: 11.6 };

    expect(claimsOf({ ...capture, exif, position })).toEqual({
      source: "camera",
      clock: withOffset(clock),
      taken_at: "2026-11-23T08:00:00+08:00",
      place: "30.123457 112.765432",
      accuracy: "12",
    });
  });

  it("is the file's time, and the photo's own place under another name, where there is nothing better", () => {
    const fileTime = new Date("2026-11-20T01:30:00Z");

    const claims = claimsOf({ ...capture, source: "file", fileTime, exif: { ...exif, takenAt: null } });

    expect(claims).toMatchObject({ source: "file", taken_at: withOffset(fileTime), taken_at_from: "file" });
    expect(claims["exif_place"]).toBe("30.500000 112.250000");
    expect(claims["place"]).toBeUndefined();
  });

  it("fits what a statement may hold, whatever was done to the photo", () => {
    const changed = { original_length: "150000000", original_type: "heic", scaled: "yes" };

    for (const [name, value] of Object.entries(claimsOf({ ...capture, exif, changed }))) {
      expect(name).toMatch(/^[A-Za-z0-9_.:-]{1,64}$/u);
      expect(value.length).toBeLessThanOrEqual(200);
    }
  });

  it("gives times with the tablet's own offset", () => {
    expect(withOffset(clock)).toMatch(/^2026-11-2[34]T\d\d:\d\d:00[+-]\d\d:\d\d$/u);
    expect(new Date(withOffset(clock))).toEqual(clock);
  });
});
