/**
 * What is on its way to the server, and what the server has signed for.
 *
 * A statement leaves only when a receipt that verified has been kept, the server holds every file that it names, and
 * does not say that it still owes one.
 */

import type { Database, StoredFile } from "./db";
import { durably } from "./durable";
import type { ItemProblem, OutboxRow, ReceiptRow } from "./records";

/** A receipt that verified, and what the server said beside it. */
export interface Booked {
  statement: string;
  envelope: string; // JSON text
  epoch: string;
  index: number;
  verdict: "accepted" | "quarantined";
  receivedAt: string;
  reason: string | null;
}

/** Still to be handed in, oldest first; items that need help wait for a person. */
export async function unsent(db: Database): Promise<OutboxRow[]> {
  const rows = await db.getAll("outbox");
  return rows.filter((row) => row.receipt === null && row.problem === null).toSorted((a, b) => a.seq - b.seq);
}

export async function undelivered(db: Database): Promise<StoredFile[]> {
  return (await db.getAll("files")).filter((file) => !file.delivered && file.problem === null);
}

/** Keeps the receipt for ever, and what it says on the outbox and on the tablet's own work, in one transaction. */
export async function book(db: Database, booked: Booked): Promise<void> {
  const { statement, epoch, index, verdict, receivedAt, reason } = booked;
  await durably(db, ["receipts", "outbox", "own"], async (tx) => {
    const receipts = tx.objectStore("receipts");
    const row: ReceiptRow = { statement, envelope: booked.envelope };
    await receipts.put(row, `${statement} ${epoch}`);
    const sent = await tx.objectStore("outbox").get(statement);
    if (sent) {
      const receipt = { index, verdict, receivedAt };
      await tx.objectStore("outbox").put({ ...sent, receipt, reason, problem: null });
    }
    const own = await tx.objectStore("own").get(statement);
    if (own) await tx.objectStore("own").put({ ...own, index, waits: verdict !== "accepted" });
  });
}

/** This statement's receipts: one an epoch, for a server that was restored signs anew. */
export function receiptsOf(db: Database, statement: string): Promise<ReceiptRow[]> {
  return db.getAll("receipts", IDBKeyRange.bound(`${statement} `, `${statement} \uffff`));
}

/** The item stays, is not sent again by itself, and somebody must look. */
export async function setAside(db: Database, statement: string, problem: ItemProblem): Promise<void> {
  await durably(db, ["outbox"], async (tx) => {
    const row = await tx.objectStore("outbox").get(statement);
    if (row) await tx.objectStore("outbox").put({ ...row, problem });
  });
}

/** The file stays, and so do the statements that name it: they need help. */
export async function setFileAside(db: Database, digest: string, problem: ItemProblem): Promise<void> {
  await durably(db, ["files", "outbox"], async (tx) => {
    const file = await tx.objectStore("files").get(digest);
    if (file) await tx.objectStore("files").put({ ...file, problem });
    for (const row of await tx.objectStore("outbox").getAll()) {
      if (names(row, digest)) await tx.objectStore("outbox").put({ ...row, problem });
    }
  });
}

/** A person asks for it: this item and its files are tried again. */
export async function tryAgain(db: Database, statement: string): Promise<void> {
  await durably(db, ["files", "outbox"], async (tx) => {
    const row = await tx.objectStore("outbox").get(statement);
    if (!row) return;
    await tx.objectStore("outbox").put({ ...row, problem: null });
    for (const { digest } of row.evidence) {
      const file = await tx.objectStore("files").get(digest);
      if (file?.problem) await tx.objectStore("files").put({ ...file, problem: null, url: null, offset: 0 });
    }
  });
}

export async function changeFile(db: Database, digest: string, change: Partial<StoredFile>): Promise<void> {
  await durably(db, ["files"], async (tx) => {
    const file = await tx.objectStore("files").get(digest);
    if (file) await tx.objectStore("files").put({ ...file, ...change });
  });
}

/** The server does not have these files after all: they are sent again, from the start. */
export async function owe(db: Database, digests: Iterable<string>): Promise<void> {
  await durably(db, ["files"], async (tx) => {
    for (const digest of digests) {
      const file = await tx.objectStore("files").get(digest);
      if (file?.delivered) {
        await tx.objectStore("files").put({ ...file, delivered: false, url: null, offset: 0 });
      }
    }
  });
}

/** Takes out what is done: `mayLeave` has the last word. How many statements left. */
export async function clear(db: Database, mayLeave: (row: OutboxRow) => boolean): Promise<number> {
  return durably(db, ["outbox", "files", "boxes"], async (tx) => {
    const [rows, files] = await Promise.all([tx.objectStore("outbox").getAll(), tx.objectStore("files").getAll()]);
    const delivered = new Set(files.filter((file) => file.delivered).map((file) => file.digest));
    const done = rows.filter(
      (row) => row.receipt !== null && row.evidence.every((file) => delivered.has(file.digest)) && mayLeave(row),
    );
    const staying = rows.filter((row) => !done.includes(row));
    for (const row of done) {
      await tx.objectStore("outbox").delete(row.statement);
      for (const { digest } of row.evidence) {
        if (staying.some((other) => names(other, digest))) continue;
        await tx.objectStore("files").delete(digest);
        await tx.objectStore("boxes").delete(digest);
      }
    }
    return done.length;
  });
}

/** The server says that these sequence numbers never came, receipts or not: they are handed in again. */
export async function handInAgain(db: Database, missing: readonly (readonly [number, number])[]): Promise<void> {
  if (missing.length === 0) return;
  await durably(db, ["outbox"], async (tx) => {
    for (const row of await tx.objectStore("outbox").getAll()) {
      const lacks = missing.some(([first, last]) => first <= row.seq && row.seq <= last);
      if (lacks && row.receipt !== null) await tx.objectStore("outbox").put({ ...row, receipt: null });
    }
  });
}

/** The server was restored from a backup: all that this tablet still keeps is offered again. */
export async function offerEverything(db: Database, epoch: string): Promise<void> {
  await durably(db, ["outbox", "files", "own", "contact", "tablet"], async (tx) => {
    for (const row of await tx.objectStore("outbox").getAll()) {
      await tx.objectStore("outbox").put({ ...row, receipt: null, reason: null });
    }
    for (const file of await tx.objectStore("files").getAll()) {
      await tx.objectStore("files").put({ ...file, delivered: false, url: null, offset: 0 });
    }
    for (const own of await tx.objectStore("own").getAll()) {
      await tx.objectStore("own").put({ ...own, index: null, waits: false });
    }
    const contact = await tx.objectStore("contact").get("contact");
    if (contact) {
      await tx.objectStore("contact").put({ ...contact, cursor: null, held: 0, caughtUp: false }, "contact");
    }
    const tablet = await tx.objectStore("tablet").get("tablet");
    if (tablet) {
      await tx.objectStore("tablet").put({ ...tablet, authority: { ...tablet.authority, epoch } }, "tablet");
    }
  });
}

function names(row: OutboxRow, digest: string): boolean {
  return row.evidence.some((file) => file.digest === digest);
}
