/**
 * The share that the server lends: without it no PIN opens anything, and after its end it is gone from this tablet.
 *
 * The tablet does not know the time; it knows how much of it has passed since the server lent the share. A clock that
 * has gone back measures nothing, so a lease under such a clock is over. Ten minutes are forgiven: clocks that are set
 * right by the network step back by seconds, and nobody should lose a day in the field to that.
 */

import { open, seal } from "../keys/vault";
import type { Database } from "./db";
import { durably } from "./durable";
import type { LeaseRow } from "./records";

/** The share has been dropped, or there never was one: only the server can lend it again. */
export class LeaseEnded extends Error {
  constructor() {
    super("the lease has ended");
  }
}

export interface Lent {
  share: Uint8Array;
  leasedAt: string;
  endsAt: string;
}

const FORGIVEN_MS = 10 * 60_000;

/** Whether the lease is over when the tablet's clock says `now` (ms). */
export function isOver(lease: LeaseRow, now: number): boolean {
  const lasts = Date.parse(lease.endsAt) - Date.parse(lease.leasedAt);
  const wentBack = now < Math.max(lease.leasedAtWall, lease.latestWall) - FORGIVEN_MS;
  return !(lasts > 0) || wentBack || now - lease.leasedAtWall >= lasts;
}

/** The row for a share just lent, sealed under this device's key. */
export async function sealLease(sealing: CryptoKey, person: string, lent: Lent): Promise<LeaseRow> {
  const sealed = await seal(sealing, lent.share, boundTo(person));
  const now = Date.now();
  return { person, sealed, endsAt: lent.endsAt, leasedAt: lent.leasedAt, leasedAtWall: now, latestWall: now };
}

export async function keepLease(db: Database, lease: LeaseRow): Promise<void> {
  await durably(db, ["leases"], (tx) => tx.objectStore("leases").put(lease));
}

/** This person's share, while its lease lasts. Throws LeaseEnded, after it has dropped the share. */
export async function openLease(db: Database, person: string): Promise<Uint8Array> {
  const now = Date.now();
  const lease = await durably(db, ["leases"], async (tx) => {
    const leases = tx.objectStore("leases");
    const row = await leases.get(person);
    if (row === undefined) return null;
    if (isOver(row, now)) {
      await leases.delete(person);
      return null;
    }
    // How late it has been: the clock is not believed when it says earlier afterwards.
    const seen = { ...row, latestWall: Math.max(row.latestWall, now) };
    await leases.put(seen);
    return seen;
  });
  const device = await db.get("device", "device");
  if (lease === null || device === undefined) throw new LeaseEnded();
  return open(device.sealing, lease.sealed, boundTo(person));
}

/** Drops every share whose lease is over, and of one person or of all when told so; notes how late it is for the others. */
export async function dropLeases(db: Database, whose: "over" | "all" | { person: string }): Promise<void> {
  const now = Date.now();
  await durably(db, ["leases"], async (tx) => {
    const leases = tx.objectStore("leases");
    for (const lease of await leases.getAll()) {
      const named = whose === "all" || (typeof whose === "object" && whose.person === lease.person);
      if (named || isOver(lease, now)) await leases.delete(lease.person);
      else await leases.put({ ...lease, latestWall: Math.max(lease.latestWall, now) });
    }
  });
}

function boundTo(person: string): string {
  return `lease:${person}`;
}
