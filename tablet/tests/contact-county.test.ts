/** Contact with a real server: what leaves the tablet, what must stay, and what each end says of the other. */

import "fake-indexeddb/auto";
import { unzipSync } from "fflate";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";

import { EnrolmentRefused, Installation, Offline, UnlockFirst } from "../src/installation";
import { LeaseEnded } from "../src/store/leases";
import { AnswerUnreadable } from "../src/contact/lifeboat";
import { newReplicaKey, sign } from "../src/keys/signing";
import { LIFEBOAT_ANSWER_TYPE, pae, RECEIPT_TYPE, toJson } from "../src/sync/envelope";
import { canonical, type Json } from "../src/sync/strictJson";
import { CountyServer } from "./countyServer";
import { CuttingLine } from "./cuttingLine";
import { BRISK, HandTablet, newCase, PIN } from "./handTablet";

vi.setConfig({ testTimeout: 30_000 });
let county: CountyServer;
let line: CuttingLine;
const open: HandTablet[] = [];

beforeAll(async () => {
  county = await CountyServer.start();
  line = await CuttingLine.to(county.url, 1);
}, 120_000);
afterAll(async () => {
  await line.end();
  await county.end();
});
afterEach(async () => {
  line.plug();
  await Promise.all(open.splice(0).map((tablet) => tablet.close()));
});

async function enrolled(person = "zhang"): Promise<HandTablet> {
  const tablet = await HandTablet.enrolled(county, line.url, person);
  open.push(tablet);
  return tablet;
}

/** What is still there, and why. */
function inOutbox(tablet: HandTablet): (string | null)[] {
  return tablet.field.outbox().map((row) => row.problem?.type ?? row.statement);
}

interface Held {
  known: boolean;
  owed: number;
}

describe("a visit", () => {
  test("goes out with its photos, leaves on receipt, and comes back with the next pull", async () => {
    const tablet = await enrolled();
    const id = await tablet.visit({ householder: "李小河", photos: 2, side: 400 });
    expect(tablet.field.delivery()).toMatchObject({ saved: 1, delivered: 0, owed: 2 });

    await tablet.contact();

    expect(inOutbox(tablet)).toEqual([]);
    expect(tablet.field.delivery()).toMatchObject({ saved: 0, delivered: 1, applied: 1, owed: 0, needHelp: 0 });
    expect(tablet.field.contact()).toMatchObject({ kind: "idle", problem: null });
    expect(tablet.field.agrees()).toBe(true);
    expect(tablet.field.cases().find((line) => line.householder === "李小河")).toMatchObject({ unsent: 0 });
    expect(await county.order<Held>("held", { statement: id })).toEqual({ known: true, owed: 0 });
    const { db } = tablet.installation;
    expect([await db.count("own"), await db.count("files"), await db.count("boxes")]).toEqual([0, 0, 0]);
    expect(await db.count("receipts")).toBe(1);
  });

  test("is on screen before anybody has taken it", async () => {
    const tablet = await enrolled();
    line.unplug();
    const caseId = newCase();
    await tablet.visit({ householder: "赵石", case: caseId });
    await tablet.contact();

    expect(tablet.field.cases().find((line) => line.id === caseId)).toMatchObject({ householder: "赵石", unsent: 1 });
    expect((await tablet.field.view(caseId)).onScreen["household.householder_name"]).toBe("赵石");
    expect(tablet.field.contact()).toMatchObject({ kind: "idle", problem: "no-answer" });

    line.plug();
    await tablet.contact();
    expect(tablet.field.delivery()).toMatchObject({ saved: 0, delivered: 1 });
    expect((await tablet.field.view(caseId)).held?.village).toBe("n1");
  });

  test("of another tablet arrives, and a disagreement shows on both", async () => {
    const [one, other] = [await enrolled("zhang"), await enrolled("li")];
    const caseId = newCase();
    await one.visit({ householder: "王大山", case: caseId });
    await other.visit({ householder: "王太山", case: caseId });
    await one.contact();
    await other.contact();
    await one.contact();

    for (const tablet of [one, other]) {
      const view = await tablet.field.view(caseId);
      expect(view.disputed["household.householder_name"]).toEqual(["王大山", "王太山"]);
      expect(tablet.field.cases().find((line) => line.id === caseId)?.states).toContain("disputed");
    }
  });

  test("an interview leaves nothing on the tablet but its receipt", async () => {
    const tablet = await enrolled();
    const caseId = newCase();
    await tablet.visit({ case: caseId });
    const id = await tablet.visit({ kind: "neighbour_interview", case: caseId });
    expect(tablet.field.householders()[id]).toBe("");
    await tablet.contact();

    expect(inOutbox(tablet)).toEqual([]);
    expect(tablet.field.delivery().delivered).toBe(2);
  });
});

describe("what is refused", () => {
  test("is set aside with its reason and blocks nothing; it is offered again only when somebody asks", async () => {
    const tablet = await enrolled();
    const { db } = tablet.installation;
    line.unplug();
    const [poisoned, sound] = [await tablet.visit(), await tablet.visit()];
    await tablet.contact();
    const row = await db.get("outbox", poisoned);
    const box = Uint8Array.from(row?.box ?? []);
    box[box.length - 1] = (box.at(-1) ?? 0) ^ 1;
    if (row) await db.put("outbox", { ...row, box });
    line.plug();

    await tablet.contact();

    expect(tablet.field.outbox().map((each) => each.statement)).toEqual([poisoned]);
    expect(tablet.field.outbox()[0]?.problem?.type).toBe("urn:ruhu:problem:box-unreadable");
    expect(tablet.field.delivery()).toMatchObject({ needHelp: 1, delivered: 1 });
    expect(await county.order<Held>("held", { statement: sound })).toMatchObject({ known: true });

    if (row) await db.put("outbox", { ...row, problem: { type: "x", title: "", detail: null, status: 422 } });
    await tablet.contact();
    expect(await county.order<Held>("held", { statement: poisoned })).toMatchObject({ known: false });
    tablet.field.retry(poisoned);
    await tablet.settled();
    await tablet.contact();
    expect(inOutbox(tablet)).toEqual([]);
  });

  test("a file that is no photo asks for help, and its statement stays", async () => {
    const tablet = await enrolled();
    const { db } = tablet.installation;
    line.unplug();
    const id = await tablet.visit({ photos: 2 });
    await tablet.contact();
    const [file] = await db.getAll("boxes");
    if (file)
      await db.put("boxes", { ...file, box: Uint8Array.from(file.box, (byte, at) => (at > 200 ? byte ^ 1 : byte)) });
    line.plug();

    await tablet.contact();

    expect(tablet.field.outbox().map((row) => row.statement)).toEqual([id]);
    expect(tablet.field.outbox()[0]?.receipt).not.toBeNull();
    expect(tablet.field.delivery()).toMatchObject({ needHelp: 1, owed: 1 });
    expect(tablet.field.contact()).toMatchObject({ problem: null });
  });

  test("a receipt by another key counts for nothing", async () => {
    const tablet = await enrolled();
    const { db } = tablet.installation;
    const row = await db.get("tablet", "tablet");
    const { spki } = await newReplicaKey();
    if (row) await db.put("tablet", { ...row, receiptKey: { ...row.receiptKey, spki } }, "tablet");
    const id = await tablet.visit();

    await tablet.contact();

    expect(tablet.field.outbox()).toMatchObject([
      { statement: id, receipt: null, problem: { type: "urn:ruhu:problem:receipt-unverified" } },
    ]);
    expect(await db.count("receipts")).toBe(0);
  });
});

describe("whose tablet it is", () => {
  test("a used code is refused with the office's words, and without a server nothing is enrolled", async () => {
    const code = await county.code("zhang");
    const installation = await Installation.at(county.url, `door-${newCase()}`, BRISK);
    await installation.enrol(code, "t", PIN, false);
    await installation.close();
    const second = await Installation.at(county.url, `door-${newCase()}`, BRISK);
    await expect(second.enrol(code, "t", PIN, false)).rejects.toBeInstanceOf(EnrolmentRefused);
    await second.close();

    const nowhere = await Installation.at("http://127.0.0.1:9", `door-${newCase()}`, BRISK);
    await expect(nowhere.enrol(code, "t", PIN, false)).rejects.toBeInstanceOf(Offline);
    expect(await nowhere.tablet()).toBeNull();
    await nowhere.close();
  });

  test("two people share one tablet: the second is let in by the first, and each signs with an own key", async () => {
    const tablet = await enrolled("zhang");
    const draft = await tablet.field.beginDraft({ ...DRAFT, instance: "<shared/>" });
    const zhang = tablet.field.me;
    const code = await county.code("li");
    tablet.field.lock();
    await expect(tablet.installation.enrol(code, "t", "135791", false)).rejects.toBeInstanceOf(UnlockFirst);
    await tablet.installation.unlock(zhang.id, PIN);

    const li = await tablet.installation.enrol(code, "t", "135791", false);

    expect(li.people.map((person) => person.id).toSorted()).toEqual([zhang.id, li.me.id].toSorted());
    expect((await li.openDraft(draft)).instance).toBe("<shared/>");
    expect(await li.unlockSigner(zhang.id, PIN)).not.toBe(await li.unlockSigner(li.me.id, "135791"));
    await expect(li.unlockSigner(zhang.id, "135791")).rejects.toMatchObject({ waitMs: 1000 });
  });

  test("whoever comes to work on a tablet finds there what was asked of them before", async () => {
    const tablet = await enrolled("zhang");
    const caseId = newCase();
    await tablet.visit({ case: caseId });
    await tablet.contact();
    await county.order("ask", { case: caseId, person: "li", words: "请您再去一次" });
    await tablet.contact();
    const before = (await tablet.field.view(caseId)).held?.tasks;

    const li = await tablet.installation.enrol(await county.code("li"), "t", "135791", false);
    await tablet.contact();

    expect(before).toEqual([]);
    expect((await li.view(caseId)).held?.tasks).toMatchObject([
      { kind: "re_visit", person: "测试li", by: "测试officer", note: "请您再去一次", done: null },
    ]);
    expect(li.cases().find((line) => line.id === caseId)?.states).toContain("returned");
  });

  test("who starts over gives up drafts, never sealed work", async () => {
    const tablet = await enrolled("zhang");
    line.unplug();
    await tablet.field.beginDraft(DRAFT);
    const id = await tablet.visit({ photos: 1 });
    await tablet.contact();
    tablet.field.lock();
    line.plug();
    const code = await county.code("zhang");

    tablet.field = await tablet.installation.enrol(code, "t", "999999", true);
    await tablet.contact();

    expect(tablet.field.drafts()).toEqual([]);
    expect(inOutbox(tablet)).toEqual([]);
    expect(await county.order<Held>("held", { statement: id })).toEqual({ known: true, owed: 0 });
  });

  test("a locked tablet hands in what is sealed, and reads nothing", async () => {
    const tablet = await enrolled();
    line.unplug();
    const id = await tablet.visit({ photos: 1 });
    await tablet.contact();
    tablet.field.lock();
    line.plug();

    await tablet.contact();

    expect(await tablet.installation.db.count("outbox")).toBe(0);
    expect(await county.order<Held>("held", { statement: id })).toEqual({ known: true, owed: 0 });
    expect(() => tablet.field.openDraft("x")).toThrow("locked");
    expect(tablet.field.cases()).toEqual([]);
  });

  test("a revoked tablet can read nothing any more, and its work still gets out", async () => {
    const tablet = await enrolled();
    await tablet.visit({ householder: "先前" });
    await tablet.contact();
    line.unplug();
    const id = await tablet.visit({ photos: 1 });
    await tablet.contact();
    line.plug();
    await county.order("revoke", { replica: tablet.field.tablet.replica });

    await tablet.contact();

    expect(tablet.field.revoked()).toBe(true);
    expect(tablet.field.cases()).toEqual([]);
    expect(inOutbox(tablet)).toEqual([]);
    expect(await county.order<Held>("held", { statement: id })).toEqual({ known: true, owed: 0 });
    await expect(tablet.field.view(newCase())).rejects.toThrow("locked");
    await expect(tablet.installation.unlock(tablet.field.me.id, PIN)).rejects.toBeInstanceOf(LeaseEnded);
    expect(await tablet.installation.db.count("leases")).toBe(0);
  });
});

test("a server that was restored from a backup is offered everything that the tablet still keeps", async () => {
  const tablet = await enrolled();
  const { db } = tablet.installation;
  await tablet.visit({ photos: 1 });
  await tablet.contact();
  line.unplug();
  const id = await tablet.visit();
  await tablet.contact();
  await county.order("new_epoch");
  line.plug();
  await tablet.contact();

  expect(await county.order<Held>("held", { statement: id })).toMatchObject({ known: true });
  expect(inOutbox(tablet)).toEqual([]);
  expect(tablet.field.agrees()).toBe(true);
  expect((await db.get("tablet", "tablet"))?.authority.epoch).toBe("restored");
});

test("a second tab follows what the first does, and only one is in contact", async () => {
  const tablet = await enrolled();
  const other = await Installation.at(line.url, tablet.name, BRISK);
  const field = await other.unlock(tablet.field.me.id, PIN);
  line.unplug();
  await tablet.field.beginDraft(DRAFT);
  const id = await tablet.visit();
  await tablet.settled();
  expect(field.drafts()).toHaveLength(1);
  expect(field.outbox().map((row) => row.statement)).toEqual([id]);

  line.plug();
  await Promise.all([tablet.contact(), other.rounds.sync()]);
  await tablet.contact();
  expect(field.outbox()).toEqual([]);
  expect(field.delivery()).toMatchObject({ saved: 0, delivered: 1 });
  await other.close();
});

test("the lifeboat carries every statement and every file that the server does not hold", async () => {
  const tablet = await enrolled();
  line.unplug();
  const id = await tablet.visit({ photos: 2 });
  await tablet.contact();

  const zip = unzipSync(new Uint8Array(await (await tablet.field.lifeboat()).arrayBuffer()));
  line.plug();

  const manifest = JSON.parse(new TextDecoder().decode(zip["lifeboat.json"])) as {
    statements: string[];
    files: { digest: string; length: number }[];
    head: { seq: number };
  };
  expect(manifest).toMatchObject({
    ruhu: 1,
    kind: "lifeboat",
    authority: "demo",
    statements: [id],
    head: { seq: 1 },
  });
  for (const { digest, length } of manifest.files) expect(zip[`files/${digest}.box`]).toHaveLength(length);
  expect(Object.keys(zip)).toHaveLength(4);
  expect(new TextDecoder().decode(zip[`statements/${id}.box`]?.subarray(0, 8))).toBe("RUHUBOX1");
});

test("a lifeboat goes to the real office, and its answer clears the outbox without a network", async () => {
  const tablet = await enrolled();
  const { db } = tablet.installation;
  line.unplug();
  const ids = [await tablet.visit({ photos: 2 }), await tablet.visit({ photos: 0 })];
  const lifeboat = await (await tablet.field.lifeboat()).arrayBuffer();

  const file = Buffer.from(lifeboat).toString("base64");
  const { answer } = await county.order<{ answer: string }>("take_lifeboat", { file });

  for (const id of ids) {
    expect(await county.order<Held>("held", { statement: id })).toEqual({ known: true, owed: 0 });
  }
  expect(await tablet.field.readAnswer(new Blob([answer]))).toBe(2);
  expect([await db.count("outbox"), await db.count("files"), await db.count("receipts")]).toEqual([0, 0, 2]);
  line.plug();
  await tablet.contact();
  expect(inOutbox(tablet)).toEqual([]);
});

test("the office's signed answer to a lifeboat clears what it covers, and nobody else's does", async () => {
  const tablet = await enrolled();
  const { db } = tablet.installation;
  line.unplug();
  const id = await tablet.visit({ photos: 1 });
  await tablet.contact();
  const office = await newReplicaKey();
  const row = await db.get("tablet", "tablet");
  if (row) await db.put("tablet", { ...row, receiptKey: { keyid: office.keyid, spki: office.spki } }, "tablet");
  tablet.field.lock();
  tablet.field = await tablet.installation.unlock(tablet.field.me.id, PIN);
  const [sent, [file]] = [await db.get("outbox", id), await db.getAll("files")];
  const enveloped = async (type: string, value: Json): Promise<Json> => {
    const payload = canonical(value);
    const sig = await sign(office.keys.privateKey, pae(type, payload));
    return toJson({ payloadType: type, payload, signatures: [{ keyid: office.keyid, sig }] });
  };
  const receipt = await enveloped(RECEIPT_TYPE, {
    authority: "demo",
    epoch: "e",
    statement: id,
    digest: sent?.digest ?? "",
    index: 1,
    leaf: "l",
    verdict: "accepted",
    received_at: "2026-03-02T09:30:00Z",
    evidence: { held: [], owed: [] },
  });
  const answer = (replica: string): Promise<Json> =>
    enveloped(LIFEBOAT_ANSWER_TYPE, {
      ruhu: 1,
      kind: "lifeboat_answer",
      authority: "demo",
      replica,
      verdicts: [{ status: "accepted", statement: id, receipt, held: [], owed: [] }],
      files: [{ digest: file?.digest ?? "", delivered: true }],
    });

  const foreign = new Blob([JSON.stringify(await answer("f".repeat(32)))]);
  await expect(tablet.field.readAnswer(foreign)).rejects.toBeInstanceOf(AnswerUnreadable);
  expect(await db.count("outbox")).toBe(1);
  expect(await tablet.field.readAnswer(new Blob([JSON.stringify(await answer(row?.replica ?? ""))]))).toBe(1);
  expect([await db.count("outbox"), await db.count("files"), await db.count("receipts")]).toEqual([0, 0, 1]);
});

const DRAFT = {
  kind: "household_visit" as const,
  case: newCase(),
  village: "n1",
  form: "household_visit",
  version: "1",
  instance: "<data/>",
  seen: {},
  onScreen: {},
  disputed: {},
  held: 0,
  photos: [],
  startedAt: "2026-03-02T09:30:00+08:00",
  page: null,
};
