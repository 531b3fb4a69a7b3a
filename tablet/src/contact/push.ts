/**
 * Statements are handed in, in small batches and oldest first; each gets its own verdict. A poisoned one is set aside
 * with the server's reason and stops nothing.
 */

import { book, setAside, unsent } from "../store/outbox";
import type { OutboxRow, TabletRow } from "../store/records";
import { toBase64, utf8 } from "../sync/bytes";
import { UNVERIFIED, verified, type Verdict } from "./receipts";
import { readProblem, Refused } from "./wire";
import type { Line } from "./session";

const MOST_ITEMS = 20;
const MOST_BYTES = 1024 * 1024; // a batch over a bad line should get through before the line breaks
const NDJSON = "application/x-ndjson";
const TRY_AGAIN = 503;

export type Progress = (done: number, total: number) => void;

export async function pushAll(line: Line, tablet: TabletRow, progress: Progress): Promise<void> {
  const rows = await unsent(line.db);
  let done = 0;
  for (const batch of batches(rows)) {
    progress(done, rows.length);
    await pushBatch(line, tablet, batch);
    done += batch.length;
  }
  progress(done, rows.length);
}

/** Sends these and books their receipts; the verdicts of those whose receipt verified, by statement. */
export async function pushBatch(
  line: Line,
  tablet: TabletRow,
  batch: readonly OutboxRow[],
): Promise<Map<string, Verdict>> {
  const body = batch.map((row) => JSON.stringify({ statement: row.statement, box: toBase64(row.box) })).join("\n");
  let verdicts: Verdict[];
  try {
    const request = { method: "POST", path: "/statements", body: { type: NDJSON, bytes: utf8(body) } } as const;
    verdicts = (await line.json<{ verdicts: Verdict[] }>(request)).verdicts;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return pushApart(line, tablet, batch, error);
  }
  const booked = new Map<string, Verdict>();
  for (const [at, row] of batch.entries()) {
    const verdict = verdicts[at];
    if (verdict && (await take(line, tablet, row, verdict))) booked.set(row.statement, verdict);
  }
  return booked;
}

/** The batch as a whole was refused: each item is asked for on its own, and only the one at fault is set aside. */
async function pushApart(
  line: Line,
  tablet: TabletRow,
  batch: readonly OutboxRow[],
  error: Refused,
): Promise<Map<string, Verdict>> {
  const [first, ...others] = batch;
  if (first === undefined) return new Map();
  if (others.length === 0) {
    if (error.is("body-cut-short")) throw error;
    await setAside(line.db, first.statement, error.problem);
    return new Map();
  }
  const booked = new Map<string, Verdict>();
  for (const row of batch) {
    for (const [statement, verdict] of await pushBatch(line, tablet, [row])) booked.set(statement, verdict);
  }
  return booked;
}

/** Books one verdict; whether a receipt verified. */
export async function take(line: Line, tablet: TabletRow, row: OutboxRow, verdict: Verdict): Promise<boolean> {
  if (verdict.status === "refused") {
    const problem = readProblem(verdict.problem);
    if (problem && problem.status !== TRY_AGAIN) await setAside(line.db, row.statement, problem);
    return false;
  }
  const booked = await verified(tablet, row, verdict);
  if (booked === null) {
    await setAside(line.db, row.statement, UNVERIFIED);
    return false;
  }
  await book(line.db, booked);
  return true;
}

function* batches(rows: readonly OutboxRow[]): Generator<OutboxRow[]> {
  let batch: OutboxRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (batch.length > 0 && (batch.length >= MOST_ITEMS || bytes + row.box.length > MOST_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(row);
    bytes += row.box.length;
  }
  if (batch.length > 0) yield batch;
}
