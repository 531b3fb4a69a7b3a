/**
 * Writing that has happened when it says so: one transaction, through to the disk, and read back.
 *
 * A browser answers "complete" at its default durability when the system has the bytes, not the disk; a tablet whose
 * battery is pulled a second later has lost them. What a screen calls saved is written here.
 */

import type { IDBPTransaction, StoreNames } from "idb";
import { StorageFull } from "../field";
import type { Database, TabletSchema } from "./db";

export type Store = StoreNames<TabletSchema>;
export type Writing<S extends Store> = IDBPTransaction<TabletSchema, S[], "readwrite">;

/** What was written did not come back as it was: the storage is damaged, and nothing may be called saved. */
export class NotKept extends Error {}

/**
 * Runs `work` in one strict transaction: all of it holds, or none. `work` awaits nothing but this transaction.
 *
 * Throws StorageFull when the device has no room, and whatever `work` throws.
 */
export async function durably<S extends Store, T>(
  db: Database,
  stores: S[],
  work: (tx: Writing<S>) => Promise<T>,
): Promise<T> {
  try {
    const tx = db.transaction(stores, "readwrite", { durability: "strict" });
    let result: T;
    try {
      result = await work(tx);
    } catch (error) {
      try {
        tx.abort();
      } catch {
        // It has ended already, by itself: of a failed request.
      }
      await tx.done.catch(() => undefined);
      throw tx.error ?? error;
    }
    await tx.done;
    return result;
  } catch (error) {
    if (isFull(error)) throw new StorageFull("the device is full");
    throw error;
  }
}

/** Throws NotKept unless the two are the same bytes. */
export function mustEqual(written: Uint8Array, read: Uint8Array | undefined): void {
  if (read === undefined || read.length !== written.length) throw new NotKept("what was written is not there");
  for (let at = 0; at < written.length; at += 1) {
    if (written[at] !== read[at]) throw new NotKept("what was written reads differently");
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && error.name === "QuotaExceededError";
}
