/** Nothing is lost and nothing stays behind, however often the line breaks and the battery is pulled. */

import "fake-indexeddb/auto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CountyServer } from "./countyServer";
import { CuttingLine, seeded } from "./cuttingLine";
import { HandTablet, newCase } from "./handTablet";

const SEED = 20260302;
const MOST_CONTACTS = 80;
let county: CountyServer;
let line: CuttingLine;

beforeAll(async () => {
  county = await CountyServer.start();
  line = await CuttingLine.to(county.url, SEED);
}, 120_000);
afterAll(async () => {
  await line.end();
  await county.end();
});

async function isHeld(statement: string): Promise<boolean> {
  const { known, owed } = await county.order<{ known: boolean; owed: number }>("held", { statement });
  return known && owed === 0;
}

/** Nothing may be called delivered without a receipt, nor leave without everything held. */
async function mustBeHonest(tablet: HandTablet, sealed: readonly string[]): Promise<void> {
  const { db } = tablet.installation;
  const [outbox, receipts] = [await db.getAllKeys("outbox"), await db.getAll("receipts")];
  const receipted = new Set(receipts.map((row) => row.statement));
  for (const id of sealed) {
    if (outbox.includes(id)) continue;
    expect(receipted.has(id)).toBe(true);
    expect(await isHeld(id)).toBe(true);
  }
}

test("over a line that breaks at random bytes, everything arrives whole", { timeout: 180_000 }, async () => {
  const tablet = await HandTablet.enrolled(county, line.url);
  line.cutting = true;
  const sealed: string[] = [];
  for (let n = 0; n < 6; n += 1) sealed.push(await tablet.visit({ photos: 2, side: 500, case: newCase() }));

  let contacts = 0;
  while ((await tablet.installation.db.count("outbox")) > 0 && contacts < MOST_CONTACTS) {
    await tablet.contact();
    await mustBeHonest(tablet, sealed);
    contacts += 1;
  }
  line.cutting = false;
  await tablet.contact();

  expect(line.cuts).toBeGreaterThan(5);
  expect(tablet.field.outbox()).toEqual([]);
  expect(tablet.field.delivery()).toMatchObject({ saved: 0, delivered: 6, owed: 0, needHelp: 0 });
  expect(tablet.field.agrees()).toBe(true);
  for (const id of sealed) expect(await isHeld(id)).toBe(true);
  await tablet.close();
});

test("killed at any transaction of a contact, it goes on from there", { timeout: 240_000 }, async () => {
  const random = seeded(SEED);
  let tablet = await HandTablet.enrolled(county);
  const sealed: string[] = [];
  for (let kill = 0; kill < 20; kill += 1) {
    sealed.push(await tablet.visit({ photos: 1, side: 200 }));
    const power = dieAt(1 + Math.floor(random() * 40)); // the contact that the seal has begun is under way
    await tablet.installation.rounds.sync().catch(() => undefined);
    power.revive();
    tablet = await tablet.restarted(county.url);
    await mustBeHonest(tablet, sealed);
  }
  await tablet.contact();
  await tablet.contact();

  expect(tablet.field.outbox()).toEqual([]);
  expect(tablet.field.delivery()).toMatchObject({ saved: 0, delivered: 20, needHelp: 0, owed: 0 });
  expect(tablet.field.agrees()).toBe(true);
  await tablet.close();
});

/** From the n-th transaction on nothing is written any more. */
function dieAt(nth: number): { revive(): void } {
  const { prototype } = IDBDatabase;
  const alive = prototype.transaction;
  let opened = 0;
  prototype.transaction = function transaction(this: IDBDatabase, ...asked) {
    opened += 1;
    if (opened >= nth) throw new Error("power cut");
    return alive.apply(this, asked);
  };
  return { revive: () => void (prototype.transaction = alive) };
}
