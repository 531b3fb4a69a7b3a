/**
 * Who may open the tablet: a person with a PIN, while the server's share is here.
 *
 * Each try is counted on the disk before the PIN is looked at, so that pulling the battery between two guesses gains
 * nothing. Wrong ones wait one second, then two, four, eight, and so on up to a quarter of an hour.
 */

import { WrongPin } from "../field";
import {
  newSalt,
  openDataKey,
  openSigningKey,
  personLock,
  stretch,
  STRETCH,
  wrapDataKey,
  wrapSigningKey,
} from "../keys/lock";
import { DoesNotOpen, type Vault } from "../keys/vault";
import type { Database } from "./db";
import { durably } from "./durable";
import { LeaseEnded, openLease } from "./leases";
import type { PersonRow } from "./records";

const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 15 * 60_000;

/** How long to wait after so many wrong PINs, in ms. */
export function waitAfter(wrongPins: number): number {
  return wrongPins === 0 ? 0 : Math.min(FIRST_WAIT * 2 ** Math.min(wrongPins - 1, 30), LONGEST_WAIT);
}

/** A person's row: the tablet's data key and the own signing key, both under PIN and share. */
export async function lockFor(
  person: { id: string; name: string; role: string },
  key: { privateKey: CryptoKey; spki: Uint8Array; keyid: string },
  pin: string,
  share: Uint8Array,
  vault: Vault,
): Promise<PersonRow> {
  const salt = newSalt();
  const lock = await personLock(await stretch(pin, salt, STRETCH), share, person.id);
  return {
    ...person,
    keyid: key.keyid,
    spki: key.spki,
    salt,
    stretch: STRETCH,
    sealedDataKey: await wrapDataKey(lock, vault, person.id),
    sealedSigningKey: await wrapSigningKey(lock, key.privateKey, person.id),
    wrongPins: 0,
    waitUntil: 0,
  };
}

/** The data key. Throws WrongPin, LeaseEnded. */
export function openVault(db: Database, person: string, pin: string): Promise<Vault> {
  return withPin(db, person, pin, (row, lock) => openDataKey(lock, row.sealedDataKey, person));
}

/** The person's signing key, for the signature that the PIN is given for. Throws WrongPin, LeaseEnded. */
export function unlockSigner(db: Database, person: string, pin: string): Promise<CryptoKey> {
  return withPin(db, person, pin, (row, lock) => openSigningKey(lock, row.sealedSigningKey, person));
}

async function withPin<T>(
  db: Database,
  person: string,
  pin: string,
  open: (row: PersonRow, lock: CryptoKey) => Promise<T>,
): Promise<T> {
  // Without a share no PIN is right or wrong: nothing is counted.
  const share = await openLease(db, person);
  const row = await countTry(db, person);
  const lock = await personLock(await stretch(pin, row.salt, row.stretch), share, person);
  let opened: T;
  try {
    opened = await open(row, lock);
  } catch (error) {
    if (!(error instanceof DoesNotOpen)) throw error;
    throw new WrongPin(waitAfter(row.wrongPins));
  }
  await durably(db, ["people"], async (tx) => {
    const now = await tx.objectStore("people").get(person);
    if (now) await tx.objectStore("people").put({ ...now, wrongPins: 0, waitUntil: 0 });
  });
  return opened;
}

/** Counts a try as wrong before it is made. Throws WrongPin while the wait for the last one is not over. */
async function countTry(db: Database, person: string): Promise<PersonRow> {
  return durably(db, ["people"], async (tx) => {
    const people = tx.objectStore("people");
    const row = await people.get(person);
    if (row === undefined) throw new LeaseEnded();
    const now = Date.now();
    // A clock that went back must not make somebody wait for years.
    const left = Math.min(row.waitUntil - now, waitAfter(row.wrongPins));
    if (left > 0) throw new WrongPin(left);
    const wrongPins = row.wrongPins + 1;
    const tried = { ...row, wrongPins, waitUntil: now + waitAfter(wrongPins) };
    await people.put(tried);
    return tried;
  });
}
