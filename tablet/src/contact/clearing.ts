/**
 * What is done leaves the tablet: a receipt that verified, every file delivered, and a server that does not owe any.
 */

import { clear, handInAgain, owe } from "../store/outbox";
import type { OutboxRow, TabletRow } from "../store/records";
import type { CaughtUp } from "./pull";
import { pushBatch } from "./push";
import type { Line } from "./session";

const MOST_PER_PUSH = 50;

/** After a pull to the end. How many statements left. */
export async function clearOutbox(line: Line, said: CaughtUp): Promise<number> {
  await owe(line.db, said.owed);
  await handInAgain(line.db, said.missing);
  return clear(line.db, (row) => row.evidence.every((file) => !said.owed.has(file.digest)));
}

/** A revoked tablet may not pull; what the server holds of its work it learns by handing it in again. */
export async function confirmByRepeat(line: Line, tablet: TabletRow): Promise<number> {
  const files = new Map((await line.db.getAll("files")).map((file) => [file.digest, file.delivered]));
  const done = (await line.db.getAll("outbox")).filter(
    (row) => row.receipt !== null && row.evidence.every((file) => files.get(file.digest) === true),
  );
  let left = 0;
  for (let start = 0; start < done.length; start += MOST_PER_PUSH) {
    const batch: OutboxRow[] = done.slice(start, start + MOST_PER_PUSH);
    const verdicts = await pushBatch(line, tablet, batch);
    await owe(
      line.db,
      [...verdicts.values()].flatMap((verdict) => verdict.owed ?? []),
    );
    left += await clear(line.db, (row) => verdicts.get(row.statement)?.owed?.length === 0);
  }
  return left;
}
