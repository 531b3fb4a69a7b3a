/**
 * At each contact the server lends its share anew to everybody on this tablet; what it will not lend any more is
 * dropped at once.
 */

import type { Database } from "../store/db";
import { dropLeases, keepLease, sealLease, type Lent } from "../store/leases";
import { fromBase64 } from "../sync/bytes";
import { asJson, type Line } from "./session";
import { Refused } from "./wire";

interface WireLease {
  share: string;
  leased_at: string;
  ends_at: string;
}

/** Throws Refused `replica-revoked`; a person whose key counts no more loses the own share only. */
export async function renewLeases(line: Line): Promise<void> {
  for (const person of await line.db.getAllKeys("people")) {
    try {
      await renewLease(line, person);
    } catch (error) {
      if (!(error instanceof Refused) || error.is("replica-revoked")) throw error;
      await dropLeases(line.db, { person });
    }
  }
}

export async function renewLease(line: Line, person: string): Promise<void> {
  const lent = await askLease(line, person);
  await keepLease(line.db, await sealLease(await sealingKey(line.db), person, lent));
}

export async function askLease(line: Line, person: string): Promise<Lent> {
  const lease = await line.json<WireLease>({ method: "POST", path: "/leases", body: asJson({ person }) });
  return { share: fromBase64(lease.share), leasedAt: lease.leased_at, endsAt: lease.ends_at };
}

async function sealingKey(db: Database): Promise<CryptoKey> {
  const device = await db.get("device", "device");
  if (device === undefined) throw new Error("this tablet has no keys");
  return device.sealing;
}
