/**
 * When the network never comes: the outbox as one file for the office, and the office's signed answer to it.
 *
 * The file holds boxes only, sealed to the server; whoever finds it learns how many statements there are.
 */

import { Zip, ZipPassThrough } from "fflate";
import { book, changeFile, clear } from "../store/outbox";
import type { Database } from "../store/db";
import type { OutboxRow, TabletRow } from "../store/records";
import { text, utf8 } from "../sync/bytes";
import { LIFEBOAT_ANSWER_TYPE } from "../sync/envelope";
import type { Json } from "../sync/strictJson";
import { signedByAuthority, verified, type Verdict } from "./receipts";

/** The file is not this office's answer to this tablet. */
export class AnswerUnreadable extends Error {}

/** Every statement in the outbox and every file that the server does not hold yet, in a zip that stores. */
export async function packLifeboat(db: Database, tablet: TabletRow): Promise<Blob> {
  const [outbox, files, head] = await Promise.all([db.getAll("outbox"), db.getAll("files"), db.get("head", "head")]);
  const rows = outbox.toSorted((a, b) => a.seq - b.seq);
  const left = files.filter((file) => !file.delivered);
  const parts: Blob[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    parts.push(new Blob([new Uint8Array(chunk)])); // a browser may keep it on the disk
  });
  const add = (name: string, bytes: Uint8Array): void => {
    const entry = new ZipPassThrough(name);
    zip.add(entry);
    entry.push(bytes, true);
  };
  const manifest = {
    ruhu: 1,
    kind: "lifeboat",
    authority: tablet.authority.id,
    replica: tablet.replica,
    made_at: new Date().toISOString(),
    head: { seq: head?.seq ?? 0, prev: head?.prev ?? null },
    statements: rows.map((row) => row.statement),
    files: left.map((file) => ({ digest: file.digest, length: file.boxLength })),
  };
  add("lifeboat.json", utf8(JSON.stringify(manifest)));
  for (const row of rows) add(`statements/${row.statement}.box`, row.box);
  for (const { digest } of left) {
    const box = (await db.get("boxes", digest))?.box;
    if (box) add(`files/${digest}.box`, box);
  }
  zip.end();
  return new Blob(parts, { type: "application/zip" });
}

interface Answer {
  kind: string;
  authority: string;
  replica: string;
  verdicts: Verdict[];
  files: { digest: string; delivered?: boolean }[];
}

/**
 * Books what the office signed for; how many statements it covered. What is covered with all of its files leaves.
 *
 * Throws AnswerUnreadable.
 */
export async function readLifeboatAnswer(db: Database, tablet: TabletRow, file: Blob): Promise<number> {
  const answer = await openAnswer(tablet, file);
  for (const { digest, delivered } of answer.files) {
    if (delivered === true) await changeFile(db, digest, { delivered: true, url: null, problem: null });
  }
  const owing = new Map<string, readonly string[]>();
  for (const verdict of answer.verdicts) {
    const row: OutboxRow | undefined = await db.get("outbox", verdict.statement ?? "");
    const booked = row ? await verified(tablet, row, verdict) : null;
    if (booked === null) continue;
    await book(db, booked);
    owing.set(booked.statement, verdict.owed ?? []);
  }
  await clear(db, (row) => owing.get(row.statement)?.length === 0);
  return owing.size;
}

async function openAnswer(tablet: TabletRow, file: Blob): Promise<Answer> {
  let envelope: Json;
  try {
    envelope = JSON.parse(await file.text()) as Json;
  } catch {
    throw new AnswerUnreadable("not an answer");
  }
  const payload = await signedByAuthority(tablet, envelope, LIFEBOAT_ANSWER_TYPE);
  if (payload === null) throw new AnswerUnreadable("not signed by this office");
  const answer = JSON.parse(text(payload)) as Answer;
  const ours = answer.authority === tablet.authority.id && answer.replica === tablet.replica;
  if (answer.kind !== "lifeboat_answer" || !ours) throw new AnswerUnreadable("an answer to another tablet");
  return answer;
}
