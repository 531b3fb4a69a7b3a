/**
 * One installation of the tablet: its database, its server, who is on it, and who has unlocked it.
 *
 * Contact with the server goes on by itself, also while nobody has unlocked: what is sealed goes out, and leases are
 * renewed.
 */

import { askToEnrol, type Welcome } from "./contact/enrolment";
import { askLease, renewLease } from "./contact/leases";
import { PACE, type Pace } from "./contact/pace";
import { Rounds } from "./contact/rounds";
import { Line } from "./contact/session";
import { ComeLater, LinkCut, Refused, Wire } from "./contact/wire";
import type { Field, Person } from "./field";
import { newReplicaKey } from "./keys/signing";
import { Vault } from "./keys/vault";
import { canary, leaveCanary } from "./store/canary";
import { DATABASE, NO_CONTACT, openDatabase, type Database, type DeviceRow } from "./store/db";
import { durably, mustEqual } from "./store/durable";
import { LeaseEnded, sealLease, type Lent } from "./store/leases";
import { lockFor, openVault } from "./store/locking";
import { Newsroom } from "./store/news";
import type { ItemProblem, OutboxSummary, PersonRow, TabletRow } from "./store/records";
import { NO_HEAD } from "./store/seal";
import { sealJson } from "./store/vaulted";
import { toHex } from "./sync/bytes";
import { UnlockedField } from "./unlockedField";

/** The server is not in reach, and this cannot be done without it. */
export class Offline extends Error {}

/** The office does not take the code, the key or the tablet. */
export class EnrolmentRefused extends Error {
  constructor(readonly problem: ItemProblem) {
    super(problem.type);
  }
}

/** Somebody on this tablet must unlock it first: only then can the data key be shared with one more person. */
export class UnlockFirst extends Error {}

const LEASE_TRIES = 6;
const LEASE_WAIT = 2_000;

/** One installation: its database, its server, and its contact. An app has one; tests have several. */
export class Installation {
  readonly news: Newsroom;
  readonly rounds: Rounds;
  private open: UnlockedField | null = null;

  private constructor(
    readonly db: Database,
    private readonly wire: Wire,
    pace: Pace,
    name: string,
  ) {
    this.news = new Newsroom(name);
    this.rounds = new Rounds({
      db,
      wire,
      pace,
      news: this.news,
      cases: () => this.open?.pulled ?? null,
      onRevoked: () => this.open?.revoke(),
    });
  }

  static async at(origin: string, name: string = DATABASE, pace: Pace = PACE): Promise<Installation> {
    const opened = new Installation(await openDatabase(name), new Wire(origin, pace.stall), pace, name);
    if (await opened.tablet()) opened.rounds.start();
    return opened;
  }

  async close(): Promise<void> {
    await this.rounds.stop();
    this.open?.lock();
    this.news.close();
    this.db.close();
  }

  async tablet(): Promise<TabletRow | null> {
    return (await this.db.get("tablet", "tablet")) ?? null;
  }

  async people(): Promise<Person[]> {
    return (await this.db.getAll("people")).map(({ id, name, keyid }) => ({ id, name, keyid }));
  }

  /** Whether the browser has deleted what this tablet held. */
  async lost(): Promise<boolean> {
    return (await this.tablet()) === null && canary() !== null;
  }

  /**
   * Enrols a person, and the tablet itself when it is the first one. With `startOver`, nobody needs to have unlocked:
   * drafts and cases on this tablet are given up, and everybody enrols anew; what is sealed stays in the outbox.
   *
   * Throws EnrolmentRefused, Offline, UnlockFirst, StorageFull.
   */
  async enrol(code: string, label: string, pin: string, startOver: boolean): Promise<Field> {
    const others = (await this.db.getAllKeys("people")).length > 0;
    const vault = this.open?.vault ?? null;
    if (others && vault === null && !startOver) throw new UnlockFirst("somebody on this tablet must unlock it first");
    const device = await this.device();
    const persisted = (await globalThis.navigator?.storage?.persist?.()) ?? false;
    const welcome = await reaching(() => askToEnrol(this.wire, device, code, label));
    const line = new Line(this.db, this.wire, device);
    const lent = await this.firstLease(line, welcome.person.id);
    const key = startOver || vault === null ? await Vault.fresh() : vault;
    const person = await lockFor(welcome.person, welcome.key, pin, lent.share, key);
    await this.settle(device, welcome, person, lent, persisted, key, others && startOver);
    leaveCanary(device.replica);
    this.rounds.start();
    return this.show(person, key);
  }

  /** Throws WrongPin, LeaseEnded. A lease that has ended is asked for anew when the server is in reach. */
  async unlock(personId: string, pin: string): Promise<Field> {
    let vault: Vault;
    try {
      vault = await openVault(this.db, personId, pin);
    } catch (error) {
      if (!(error instanceof LeaseEnded) || !(await this.leaseAgain(personId))) throw error;
      vault = await openVault(this.db, personId, pin);
    }
    const person = await this.db.get("people", personId);
    if (person === undefined) throw new LeaseEnded();
    this.rounds.start();
    return this.show(person, vault);
  }

  private async show(person: PersonRow, vault: Vault): Promise<Field> {
    const tablet = await this.tablet();
    if (tablet === null) throw new Error("this tablet is not enrolled");
    this.open?.lock();
    const line = new Line(this.db, this.wire, await this.device());
    const field: UnlockedField = await UnlockedField.open(
      this.db,
      vault,
      tablet,
      person,
      line,
      this.rounds,
      this.news,
      () => {
        if (this.open === field) this.open = null;
      },
    );
    this.open = field;
    void this.rounds.sync();
    return field;
  }

  /** This installation's own keys, made once and kept before anybody hears of them. */
  private async device(): Promise<DeviceRow> {
    const known = await this.db.get("device", "device");
    if (known) return known;
    const { keys, spki } = await newReplicaKey();
    const sealing = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    const replica = toHex(crypto.getRandomValues(new Uint8Array(16)));
    return durably(this.db, ["device"], async (tx) => {
      const first = await tx.objectStore("device").get("device"); // another tab may have been quicker
      if (first) return first;
      const row: DeviceRow = { replica, keys, spki, sealing };
      await tx.objectStore("device").put(row, "device");
      return row;
    });
  }

  /** The code is used up by now, so a line that breaks is tried again for a while. */
  private async firstLease(line: Line, person: string): Promise<Lent> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await reaching(async () => {
          await line.open();
          return askLease(line, person);
        });
      } catch (error) {
        if (tries >= LEASE_TRIES || error instanceof EnrolmentRefused) throw error;
        await new Promise((resolve) => setTimeout(resolve, LEASE_WAIT));
      }
    }
  }

  private async leaseAgain(person: string): Promise<boolean> {
    const line = new Line(this.db, this.wire, await this.device());
    for (const _ of ["as it stands", "with a new session"]) {
      try {
        await line.open();
        await renewLease(line, person);
        return true;
      } catch {
        // Out of reach, or refused: either way there is no share. A session that was over has been forgotten by now.
      }
    }
    return false;
  }

  private async settle(
    device: DeviceRow,
    welcome: Welcome,
    person: PersonRow,
    lent: Lent,
    persisted: boolean,
    vault: Vault,
    startOver: boolean,
  ): Promise<void> {
    const { replica, keys, spki } = device;
    const { authority, receiptKey, intakeKey, regions } = welcome;
    const tablet: TabletRow = {
      replica,
      keys,
      spki,
      authority,
      receiptKey,
      intakeKey,
      regions,
      persisted,
      revoked: false,
    };
    const lease = await sealLease(device.sealing, person.id, lent);
    const blank: OutboxSummary = { case: "", householder: "", village: "" };
    const summaries = new Map<string, Uint8Array>();
    for (const id of startOver ? await this.db.getAllKeys("outbox") : []) {
      summaries.set(id, await sealJson(vault, blank, `summary:${id}`));
    }
    const stores = [
      "tablet",
      "head",
      "contact",
      "people",
      "leases",
      "cases",
      "own",
      "drafts",
      "draftFiles",
      "outbox",
    ] as const;
    await durably(this.db, [...stores], async (tx) => {
      if (startOver) {
        for (const store of ["people", "leases", "cases", "own", "drafts", "draftFiles"] as const) {
          await tx.objectStore(store).clear();
        }
        for (const row of await tx.objectStore("outbox").getAll()) {
          const sealedSummary = summaries.get(row.statement);
          if (sealedSummary) await tx.objectStore("outbox").put({ ...row, sealedSummary });
        }
        const contact = (await tx.objectStore("contact").get("contact")) ?? NO_CONTACT;
        await tx.objectStore("contact").put({ ...contact, cursor: null, held: 0, caughtUp: false }, "contact");
      }
      await tx.objectStore("tablet").put(tablet, "tablet");
      if (!(await tx.objectStore("head").get("head"))) await tx.objectStore("head").put(NO_HEAD, "head");
      await tx.objectStore("people").put(person);
      await tx.objectStore("leases").put(lease);
    });
    mustEqual(person.sealedSigningKey, (await this.db.get("people", person.id))?.sealedSigningKey);
  }
}

/** What the line and the server say, in the words of this door. */
async function reaching<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refused) throw new EnrolmentRefused(error.problem);
    if (error instanceof LinkCut || error instanceof ComeLater) throw new Offline("the server is not in reach");
    throw error;
  }
}
