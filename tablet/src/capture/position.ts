/**
 * Where the tablet is while the camera is open.
 *
 * It asks only when the permission has been given before: a question of the browser's own over the camera would lose the
 * photo. A photo never waits long for it, for inside a house there may be no position at all.
 */

export interface Position {
  lat: number;
  lng: number;
  accuracy: number; // metres
}

const OLD_ENOUGH_MS = 60_000;
const TIMEOUT_MS = 20_000;

/** Begins to look; the answer is null when there is none. */
export async function findPosition(): Promise<Position | null> {
  if (!("geolocation" in navigator) || !(await permitted())) return null;
  return new Promise((resolve) => {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lat: coords.latitude, lng: coords.longitude, accuracy: coords.accuracy }),
      () => resolve(null),
      { enableHighAccuracy: true, maximumAge: OLD_ENOUGH_MS, timeout: TIMEOUT_MS },
    );
  });
}

/** What has been found within this time, else null. */
export function within<T>(ms: number, found: Promise<T | null>): Promise<T | null> {
  return Promise.race([found, new Promise<null>((resolve) => setTimeout(resolve, ms, null))]);
}

async function permitted(): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: "geolocation" })).state === "granted";
  } catch {
    return false; // an old browser that cannot say would ask
  }
}
