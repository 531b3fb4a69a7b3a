/** The door of the tablet, as the app's first screens see it: is it enrolled, who is on it, enrol somebody, unlock. */

import type { Field, Person } from "./field";
import { Installation } from "./installation";
import type { TabletRow } from "./store/records";

export { WrongPin } from "./field";
export { EnrolmentRefused, Offline, UnlockFirst } from "./installation";
export { LeaseEnded } from "./store/leases";

let here: Promise<Installation> | null = null;

function hereOpen(): Promise<Installation> {
  here ??= Installation.at(location.origin);
  return here;
}

export async function installation(): Promise<TabletRow | null> {
  return (await hereOpen()).tablet();
}

export async function peopleHere(): Promise<Person[]> {
  return (await hereOpen()).people();
}

/** Whether the browser has deleted what this tablet held: say it aloud, and enrol it as a new one. */
export async function lossFound(): Promise<boolean> {
  return (await hereOpen()).lost();
}

export async function enrol(code: string, label: string, pin: string, startOver = false): Promise<Field> {
  return (await hereOpen()).enrol(code, label, pin, startOver);
}

export async function unlock(personId: string, pin: string): Promise<Field> {
  return (await hereOpen()).unlock(personId, pin);
}
