/** The four honest words, counted from what rests in the database and from nothing else. */

import type { Delivery } from "../field";
import { readReceipt } from "../sync/receipt";
import { fromJson } from "../sync/envelope";
import type { Json } from "../sync/strictJson";
import type { Database } from "./db";

/** `isApplied` says whether a pulled case shows a statement that waited in quarantine at first. */
export async function countDelivery(db: Database, isApplied: (statement: string) => boolean): Promise<Delivery> {
  const [outbox, files, receipts] = await Promise.all([
    db.getAll("outbox"),
    db.getAll("files"),
    db.getAll("receipts"),
  ]);
  const verdicts = new Map<string, string>();
  for (const row of receipts)
    verdicts.set(row.statement, readReceipt(fromJson(JSON.parse(row.envelope) as Json).payload).verdict);
  const held = [...verdicts];
  const waiting = held.filter(([id, verdict]) => verdict !== "accepted" && !isApplied(id)).length;
  const saved = outbox.filter((row) => row.receipt === null);
  const left = files.filter((file) => !file.delivered);
  const bytes = saved.reduce((sum, row) => sum + row.box.length, 0);
  const bytesLeft = left.reduce((sum, file) => sum + file.boxLength - file.offset, bytes);
  return {
    saved: saved.length,
    delivered: held.length,
    applied: held.length - waiting,
    owed: left.length,
    waiting,
    needHelp: outbox.filter((row) => row.problem !== null).length,
    oldest: saved.map((row) => row.sealedAt).toSorted()[0] ?? null,
    bytesLeft,
    bytesTotal: bytesLeft,
  };
}
