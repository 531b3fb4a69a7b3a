/** Handwriting is written in the very bytes that the server reads; both sides are held to `tests/vectors/ink.json`. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { TooMuchInk, inkPath, readInk, writeInk, type Pad, type PenPoint } from "../src/capture/ink";
import { text } from "../src/sync/bytes";

interface Vector {
  name: string;
  pad: Pad;
  written: PenPoint[][];
  ink: string;
}

const vectors = (
  JSON.parse(readFileSync(new URL("../../tests/vectors/ink.json", import.meta.url), "utf8")) as { written: Vector[] }
).written;
const pad = { width: 600, height: 240 };

describe("ink", () => {
  it.each(vectors)("$name", ({ pad: paper, written, ink }) => {
    const bytes = writeInk(paper, written);

    expect(bytes && text(bytes)).toBe(ink);
  });

  it("is nothing where the pen never touched", () => {
    expect(writeInk(pad, [])).toBeNull();
    expect(writeInk(pad, [[]])).toBeNull();
  });

  it("is thinned, not cut, when somebody writes for minutes", () => {
    const long = Array.from({ length: 40 }, (_, stroke) =>
      Array.from({ length: 900 }, (_point, at) => ({ x: at / 2, y: stroke * 5, time: stroke * 9000 + at * 8 })),
    );

    const bytes = writeInk(pad, long);

    expect(bytes?.length).toBeLessThanOrEqual(256 * 1024);
    const ink = readInk(bytes ?? new Uint8Array());
    expect(ink.strokes).toHaveLength(40);
    expect(ink.strokes.flat().length).toBeLessThanOrEqual(20_000);
    for (const stroke of ink.strokes) expect([stroke[0]?.[0], stroke.at(-1)?.[0]]).toEqual([0, 449.5]);
  });

  it("is refused beyond 500 strokes", () => {
    const scribble = Array.from({ length: 501 }, (_, at) => [{ x: 1, y: 1, time: at }]);

    expect(() => writeInk(pad, scribble)).toThrow(TooMuchInk);
  });

  it("is drawn as lines, and a dot as a line to itself", () => {
    const bytes = writeInk(pad, [
      [
        { x: 1, y: 2, time: 0 },
        { x: 3.26, y: 4, time: 9 },
      ],
      [{ x: 5, y: 6, time: 20 }],
    ]);

    expect(inkPath(readInk(bytes ?? new Uint8Array()))).toBe("M1 2L3.3 4M5 6L5 6");
  });
});
