/**
 * How a tablet notices that its browser has deleted its database: the replica's id also lies in another place.
 *
 * A canary without a database means that what was not delivered is gone. That is said aloud; and the tablet is a new
 * replica from then on, because counting statements from one again under the old name would look like equivocation.
 */

const CANARY = "ruhu-replica";

export function leaveCanary(replica: string): void {
  places()?.setItem(CANARY, replica);
}

/** The replica that this browser once was, or null. */
export function canary(): string | null {
  return places()?.getItem(CANARY) ?? null;
}

function places(): Storage | null {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null; // the browser forbids it
  }
}
