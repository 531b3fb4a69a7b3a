/** What the store promises: saved is saved, all or nothing, and no later tab or crash takes it back. */

import "fake-indexeddb/auto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ChainMoved, DraftTakenOver, StorageFull, WrongPin } from "../src/field";
import { newPersonKey, newReplicaKey } from "../src/keys/signing";
import { Vault } from "../src/keys/vault";
import { openDatabase, type Database } from "../src/store/db";
import { Drafts } from "../src/store/drafts";
import { durably, mustEqual, NotKept } from "../src/store/durable";
import { isOver, keepLease, LeaseEnded, openLease, sealLease } from "../src/store/leases";
import { lockFor, openVault, unlockSigner, waitAfter } from "../src/store/locking";
import type { DraftContent, LeaseRow, TabletRow } from "../src/store/records";
import { openOwn, openSummary, sealIntoOutbox } from "../src/store/seal";
import { utf8 } from "../src/sync/bytes";
import { digestOf } from "../src/sync/envelope";
import { writePayload, type Statement } from "../src/sync/statement";

const REPLICA = "a".repeat(32);
const CASE = "c".repeat(32);
const HOUR = 3_600_000;
let db: Database;
let vault: Vault;
let name = "";
let count = 0;

beforeEach(async () => {
  name = `durable-${(count += 1)}`;
  db = await openDatabase(name);
  vault = await Vault.fresh();
});
afterEach(() => {
  db.close();
});

function draftOf(instance: string, kind: DraftContent["kind"] = "household_visit"): DraftContent {
  return {
    kind,
    case: CASE,
    village: "n1",
    form: "household_visit",
    version: "1",
    instance,
    seen: {},
    onScreen: {},
    disputed: {},
    held: 0,
    photos: [],
    startedAt: "2026-03-02T09:30:00+08:00",
    page: null,
  };
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("it is not there");
  return value;
}

/** From the n-th transaction on, the tablet is dead: nothing more is written. The answer revives it. */
function dieAt(nth: number): { revive(): void; died(): boolean } {
  const { prototype } = IDBDatabase;
  const alive = prototype.transaction;
  let opened = 0;
  prototype.transaction = function transaction(this: IDBDatabase, ...asked) {
    opened += 1;
    if (opened >= nth) throw new Error("power cut");
    return alive.apply(this, asked);
  };
  return { revive: () => void (prototype.transaction = alive), died: () => opened >= nth };
}

describe("one strict transaction", () => {
  test("work that throws leaves nothing of it behind", async () => {
    const half = durably(db, ["drafts"], async (tx) => {
      await tx.objectStore("drafts").put({ id: "d", updatedAt: 1, revision: 1, sealed: new Uint8Array(1) });
      throw new ChainMoved("no");
    });

    await expect(half).rejects.toBeInstanceOf(ChainMoved);
    expect(await db.get("drafts", "d")).toBeUndefined();
  });

  test("it asks the disk, not the system's cache", async () => {
    const { prototype } = IDBDatabase;
    const alive = prototype.transaction;
    const asked: unknown[] = [];
    prototype.transaction = function transaction(this: IDBDatabase, ...options) {
      asked.push(options[2]);
      return alive.apply(this, options);
    };
    try {
      await new Drafts(db, vault).begin(draftOf("<data/>"));
    } finally {
      prototype.transaction = alive;
    }

    expect(asked[0]).toEqual({ durability: "strict" });
  });

  test("a full device is said to be full", async () => {
    const full = durably(db, ["drafts"], () => {
      throw new DOMException("no room", "QuotaExceededError");
    });

    await expect(full).rejects.toBeInstanceOf(StorageFull);
  });

  test("what reads back differently is not called saved", () => {
    expect(() => mustEqual(utf8("a"), utf8("b"))).toThrow(NotKept);
    expect(() => mustEqual(utf8("a"), undefined)).toThrow(NotKept);
  });
});

describe("drafts", () => {
  test("what was saved is there for the next start of the app", async () => {
    const id = await new Drafts(db, vault).begin(draftOf("<data>1</data>"));
    const digest = await new Drafts(db, vault).keepFile(id, utf8("photo"));

    const after = new Drafts(await openDatabase(name), vault);

    expect((await after.open(id)).instance).toBe("<data>1</data>");
    expect(await after.openFile(digest)).toEqual(utf8("photo"));
  });

  test("nothing of it lies in clear", async () => {
    const drafts = new Drafts(db, vault);
    const id = await drafts.begin(draftOf("<data>WANGDASHAN</data>"));
    await drafts.keepFile(id, utf8("WANGDASHAN"));

    const rows = [...(await db.getAll("drafts")), ...(await db.getAll("draftFiles"))];
    for (const row of rows) expect(new TextDecoder("latin1").decode(row.sealed)).not.toContain("WANGDASHAN");
  });

  test("a second tab that saves over what it has not read is refused", async () => {
    const first = new Drafts(db, vault);
    const id = await first.begin(draftOf("begun"));
    const second = new Drafts(db, vault);
    await second.open(id);
    await second.save(id, draftOf("by the second"));

    await expect(first.save(id, draftOf("by the first"))).rejects.toBeInstanceOf(DraftTakenOver);
    expect((await second.open(id)).instance).toBe("by the second");
  });

  test("saves follow each other in the order asked for", async () => {
    const drafts = new Drafts(db, vault);
    const id = await drafts.begin(draftOf("0"));

    await Promise.all(["1", "2", "3"].map((instance) => drafts.save(id, draftOf(instance))));

    expect((await drafts.open(id)).instance).toBe("3");
  });

  test("a discarded draft takes its photos with it", async () => {
    const drafts = new Drafts(db, vault);
    const id = await drafts.begin(draftOf("x"));
    await drafts.keepFile(id, utf8("photo"));

    await drafts.discard(id);

    expect(await db.count("draftFiles")).toBe(0);
    await expect(drafts.keepFile(id, utf8("late"))).rejects.toBeInstanceOf(DraftTakenOver);
  });
});

/** A visit or interview with one photo, ready to be sealed. */
async function signed(kind: DraftContent["kind"], seq = 1, prev: string | null = null) {
  const drafts = new Drafts(db, vault);
  const draft = await drafts.begin(draftOf("<data/>", kind));
  const photo = utf8(`photo ${seq}`);
  const digest = await drafts.keepFile(draft, photo);
  const statement: Statement = {
    id: `${REPLICA}-${seq}`,
    kind,
    authority: "demo",
    replica: REPLICA,
    seq,
    prev,
    author: "p",
    held: 0,
    made: { wall: "2026-03-02T09:30:00+08:00", monotonicMs: 1, boot: "b" },
    case: CASE,
    village: "n1",
    form: kind,
    formVersion: "1",
    instance: "<data/>",
    seen: { "place.address": [`${REPLICA}-0:1`] },
    evidence: [{ digest, length: photo.length, mediaType: "image/jpeg", shot: "door", claims: {} }],
    signOffs: [],
  };
  const writes = [{ path: "place.address", value: "石桥村3号" }];
  return { draft, payload: writePayload(statement), signatures: [], writes };
}

describe("sealing into the outbox", () => {
  let tablet: TabletRow;

  beforeEach(async () => {
    const replica = await newReplicaKey();
    const intake = await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"]);
    const spki = new Uint8Array(await crypto.subtle.exportKey("spki", intake.publicKey));
    tablet = {
      replica: REPLICA,
      keys: replica.keys,
      spki: replica.spki,
      authority: { id: "demo", epoch: "1", name: { zh: "", en: "" }, line: { urban: 0, rural: 0 } },
      receiptKey: { keyid: "", spki: new Uint8Array() },
      intakeKey: { keyid: "", spki },
      regions: [],
      persisted: false,
      revoked: false,
    };
  });

  test("the statement, its files, the chain and the own work are there, and the draft is gone", async () => {
    const visit = await signed("household_visit");

    const id = await sealIntoOutbox(db, vault, tablet, visit, "王大山");

    const row = await db.get("outbox", id);
    expect(row).toMatchObject({ seq: 1, receipt: null, problem: null, digest: digestOf(visit.payload) });
    expect(await openSummary(vault, there(row))).toEqual({ case: CASE, village: "n1", householder: "王大山" });
    expect(await db.get("head", "head")).toEqual({ seq: 1, prev: digestOf(visit.payload) });
    const own = await db.get("own", id);
    expect((await openOwn(vault, id, there(own).sealed)).writes).toEqual([
      { dot: `${id}:0`, path: "place.address", value: "石桥村3号", seen: [`${REPLICA}-0:1`] },
    ]);
    expect([await db.count("files"), await db.count("boxes")]).toEqual([1, 1]);
    expect([await db.count("drafts"), await db.count("draftFiles")]).toEqual([0, 0]);
  });

  test("of an interview nothing stays that this tablet could read", async () => {
    const id = await sealIntoOutbox(db, vault, tablet, await signed("neighbour_interview"), "王大山");

    expect(await db.count("own")).toBe(0);
    expect(await openSummary(vault, there(await db.get("outbox", id)))).toMatchObject({ householder: "" });
  });

  test("a statement made for a place that is taken goes nowhere", async () => {
    const [first, late] = [await signed("household_visit"), await signed("household_visit")];
    await sealIntoOutbox(db, vault, tablet, first, "");

    await expect(sealIntoOutbox(db, vault, tablet, late, "")).rejects.toBeInstanceOf(ChainMoved);
    expect(await db.count("outbox")).toBe(1);
    expect(await db.count("drafts")).toBe(1);
  });

  test("killed between any two transactions, it is a draft or it is in the outbox, whole", async () => {
    for (let nth = 1; ; nth += 1) {
      const head = await db.get("head", "head");
      const before = await db.count("outbox");
      const visit = await signed("household_visit", (head?.seq ?? 0) + 1, head?.prev ?? null);
      const power = dieAt(nth);
      const ended = await sealIntoOutbox(db, vault, tablet, visit, "").then(
        () => "sealed",
        () => "cut",
      );
      power.revive();

      const whole = (await db.count("outbox")) === before + 1;
      expect(await db.count("files")).toBe(await db.count("boxes"));
      expect((await db.get("drafts", visit.draft)) === undefined).toBe(whole);
      expect(((await db.get("head", "head"))?.seq ?? 0) - (head?.seq ?? 0)).toBe(whole ? 1 : 0);
      if (!whole) expect(await db.getFromIndex("draftFiles", "draft", visit.draft)).toBeDefined();
      if (!power.died()) {
        expect(ended).toBe("sealed");
        break;
      }
    }
  });
});

describe("locking", () => {
  const share = new Uint8Array(32).fill(7);
  const person = { id: "p1", name: "张三", role: "investigator" };

  async function enrolled(hours = 72): Promise<void> {
    const { keys, spki } = await newReplicaKey();
    const sealing = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    await db.put("device", { replica: REPLICA, keys, spki, sealing }, "device");
    const leasedAt = new Date().toISOString();
    const endsAt = new Date(Date.now() + hours * HOUR).toISOString();
    await keepLease(db, await sealLease(sealing, person.id, { share, leasedAt, endsAt }));
    await db.put("people", await lockFor(person, await newPersonKey(), "123456", share, vault));
  }

  test("PIN and share open the data key and the signing key", async () => {
    await enrolled();
    const sealed = await vault.seal(utf8("draft"), "x");

    expect(await (await openVault(db, "p1", "123456")).open(sealed, "x")).toEqual(utf8("draft"));
    expect((await unlockSigner(db, "p1", "123456")).extractable).toBe(false);
  });

  test("wrong PINs wait longer each time, and the right one is not tried before", async () => {
    await enrolled();

    await expect(openVault(db, "p1", "000000")).rejects.toMatchObject({ waitMs: 1000 });
    const tooSoon = await openVault(db, "p1", "123456").catch((error: unknown) => error);
    expect(tooSoon).toBeInstanceOf(WrongPin);
    await db.put("people", { ...there(await db.get("people", "p1")), waitUntil: 0 });
    await expect(openVault(db, "p1", "000000")).rejects.toMatchObject({ waitMs: 2000 });
    await db.put("people", { ...there(await db.get("people", "p1")), waitUntil: 0 });
    await openVault(db, "p1", "123456");
    expect(await db.get("people", "p1")).toMatchObject({ wrongPins: 0, waitUntil: 0 });
  });

  test("the waits double up to a quarter of an hour", () => {
    expect([0, 1, 2, 3, 4, 10, 11, 99].map(waitAfter)).toEqual([
      0, 1_000, 2_000, 4_000, 8_000, 512_000, 900_000, 900_000,
    ]);
  });

  test("a try counts even when the battery is pulled before the PIN was found right", async () => {
    await enrolled();
    const power = dieAt(4); // lease, device, the try is counted; then dead
    const cut = await openVault(db, "p1", "123456").catch((error: unknown) => error);
    power.revive();

    expect(cut).toEqual(new Error("power cut"));
    expect((await db.get("people", "p1"))?.wrongPins).toBe(1);
  });

  test("an ended lease is gone, and no PIN opens anything", async () => {
    await enrolled(0);

    await expect(openVault(db, "p1", "123456")).rejects.toBeInstanceOf(LeaseEnded);
    expect(await db.count("leases")).toBe(0);
    await expect(openLease(db, "p1")).rejects.toBeInstanceOf(LeaseEnded);
  });

  test("only time that has passed on the tablet counts, and a clock that went back ends the lease", () => {
    const lease: LeaseRow = {
      person: "p",
      sealed: new Uint8Array(),
      leasedAt: "2026-03-01T00:00:00Z",
      endsAt: "2026-03-04T00:00:00Z",
      leasedAtWall: 1_000_000_000,
      latestWall: 1_000_000_000 + HOUR,
    };
    const at = (hours: number): boolean => isOver(lease, lease.leasedAtWall + hours * HOUR);

    expect([at(1), at(71.9), at(72), at(500)]).toEqual([false, false, true, true]);
    expect([at(0.9), at(0.5), at(-1)]).toEqual([false, true, true]);
  });
});
