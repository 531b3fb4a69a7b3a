/**
 * What the tablet says about how a photo was taken. Claims, never facts: a clock may be wrong and EXIF is anybody's.
 *
 * `taken_at` is the camera's time, else the file's; `clock` the tablet's own when it got the photo. `place` is the
 * tablet's position while the camera was open, `exif_place` what the photo itself says where the tablet had none.
 */

import type { ExifClaims } from "./exif";
import type { Position } from "./position";

export type Source = "camera" | "file";

export interface Capture {
  source: Source;
  clock: Date;
  fileTime: Date | null;
  exif: ExifClaims | null;
  position: Position | null; // null for a file that was chosen: it was not taken here
  changed: Record<string, string>;
}

export function claimsOf(capture: Capture): Record<string, string> {
  const { exif, position, fileTime } = capture;
  const claims: Record<string, string> = { source: capture.source, clock: withOffset(capture.clock) };
  if (exif?.takenAt) claims["taken_at"] = exif.takenAt;
  else if (fileTime) Object.assign(claims, { taken_at: withOffset(fileTime), taken_at_from: "file" });
  if (position) {
    claims["place"] = degrees(position.lat, position.lng);
    claims["accuracy"] = String(Math.round(position.accuracy));
  } else if (exif?.place) {
    claims["exif_place"] = degrees(exif.place.lat, exif.place.lng);
  }
  return { ...claims, ...capture.changed };
}

/** RFC 3339 to the second, in the tablet's own time zone: `2026-11-24T09:30:00+08:00`. */
export function withOffset(moment: Date): string {
  const east = -moment.getTimezoneOffset();
  const local = new Date(moment.getTime() + east * 60_000).toISOString().slice(0, 19);
  const [hours, minutes] = [Math.floor(Math.abs(east) / 60), Math.abs(east) % 60];
  return `${local}${east < 0 ? "-" : "+"}${two(hours)}:${two(minutes)}`;
}

/** Six decimals are 10 cm on the ground. */
function degrees(lat: number, lng: number): string {
  return `${lat.toFixed(6)} ${lng.toFixed(6)}`;
}

const two = (figure: number) => String(figure).padStart(2, "0");
