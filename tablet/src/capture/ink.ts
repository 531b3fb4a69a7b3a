/**
 * Handwriting as the strokes of the pen with their times, in the very bytes that the server reads (`media/ink.py`):
 *
 *     {"ink":1,"width":600,"height":240,"strokes":[[[x,y,t_ms],…],…]}
 *
 * Lengths are CSS pixels to a tenth, times milliseconds since the first touch, tied to no clock.
 */

import { text, utf8 } from "../sync/bytes";

export const INK_TYPE = "application/vnd.ruhu.ink+json";
const MAX_BYTES = 256 * 1024;
const MAX_POINTS = 20_000;
const MAX_STROKES = 500;
const MAX_SIDE = 10_000;
const MAX_COORDINATE = 20_000;
const MAX_MILLISECONDS = 24 * 3600 * 1000;

export interface PenPoint {
  x: number;
  y: number;
  time: number; // ms by whatever clock the browser has
}

export interface Pad {
  width: number;
  height: number;
}

export interface Ink extends Pad {
  strokes: [x: number, y: number, ms: number][][];
}

/** More strokes than any name has: somebody was playing. */
export class TooMuchInk extends Error {}

/** The ink's bytes, or null where the pen never touched. Very long handwriting is thinned evenly. */
export function writeInk(pad: Pad, written: readonly (readonly PenPoint[])[]): Uint8Array | null {
  let strokes = timed(written.filter((stroke) => stroke.length > 0));
  if (strokes.length === 0) return null;
  if (strokes.length > MAX_STROKES) throw new TooMuchInk("more than 500 strokes");
  for (;;) {
    const ink = { ink: 1, width: side(pad.width), height: side(pad.height), strokes };
    const bytes = utf8(JSON.stringify(ink));
    const points = strokes.reduce((sum, stroke) => sum + stroke.length, 0);
    if (bytes.length <= MAX_BYTES && points <= MAX_POINTS) return bytes;
    strokes = strokes.map((stroke) => stroke.filter((_, at) => at % 2 === 0 || at === stroke.length - 1));
  }
}

/** Ink of our own making; the server reads it strictly. */
export function readInk(bytes: Uint8Array): Ink {
  return JSON.parse(text(bytes)) as Ink;
}

/** The strokes as the `d` of an SVG path. A dot is a line to itself, or nothing would be drawn. */
export function inkPath(ink: Ink): string {
  return ink.strokes
    .map(([first, ...rest]) => {
      if (first === undefined) return "";
      return `M${first[0]} ${first[1]}${(rest.length ? rest : [first]).map(([x, y]) => `L${x} ${y}`).join("")}`;
    })
    .join("");
}

/** Times never run backwards, even when the tablet's clock is set while somebody writes. */
function timed(written: readonly (readonly PenPoint[])[]): Ink["strokes"] {
  const start = written[0]?.[0]?.time ?? 0;
  let latest = 0;
  return written.map((stroke) =>
    stroke.map(({ x, y, time }) => {
      latest = Math.max(latest, Math.min(Math.round(time - start), MAX_MILLISECONDS));
      return [tenth(x), tenth(y), latest];
    }),
  );
}

function tenth(length: number): number {
  return Math.round(Math.max(-MAX_COORDINATE, Math.min(MAX_COORDINATE, length)) * 10) / 10;
}

function side(length: number): number {
  return Math.max(1, Math.min(MAX_SIDE, Math.round(length)));
}
