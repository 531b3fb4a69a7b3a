/**
 * A signed statement goes from its draft into the outbox, in one transaction: it is on its way with all of its files, or
 * it is still a draft.
 *
 * What goes into the outbox is sealed to the server; from then on this tablet cannot read it either. The boxes are made
 * before the transaction, which must not wait for anything else.
 */

import { ChainMoved } from "../field";
import { sealBox } from "../keys/box";
import { keyId, sign } from "../keys/signing";
import type { Vault } from "../keys/vault";
import { canonical } from "../sync/strictJson";
import { digestOf, pae, STATEMENT_TYPE, toJson, type Envelope } from "../sync/envelope";
import { readPayload, surveyWrites, type Statement } from "../sync/statement";
import type { Value, Write } from "../sync/register";
import type { Database, StoredFile } from "./db";
import { durably, mustEqual, NotKept } from "./durable";
import { Drafts, FileGone } from "./drafts";
import { receiptsOf } from "./outbox";
import type { HeadRow, OutboxRow, OutboxSummary, StatementKind, TabletRow } from "./records";
import { openJson, sealJson } from "./vaulted";

export interface Signed {
  draft: string;
  payload: Uint8Array;
  signatures: { keyid: string; sig: Uint8Array }[];
  writes: { path: string; value: Value }[];
}

/** What an OwnRow seals. */
export interface OwnContent {
  case: string;
  village: string;
  writes: Write[];
}

export const INTERVIEW: StatementKind = "neighbour_interview";
export const NO_HEAD: HeadRow = { seq: 0, prev: null };

/** The statement's id. `householder` names the case on the outbox's line; it is dropped for an interview. */
export async function sealIntoOutbox(
  db: Database,
  vault: Vault,
  tablet: TabletRow,
  signed: Signed,
  householder: string,
): Promise<string> {
  const statement = readPayload(signed.payload);
  mustFollow(statement, (await db.get("head", "head")) ?? NO_HEAD);
  const { case: caseId, village } = statement;
  if (!caseId || !village) throw new Error("a survey names its case and village");

  const digest = digestOf(signed.payload);
  const box = await sealBox(
    tablet.intakeKey.spki,
    canonical(toJson(await envelopeOf(tablet, signed))),
    `statement:${statement.id}`,
  );
  const files = await boxFiles(new Drafts(db, vault), tablet, statement);
  const interview = statement.kind === INTERVIEW;
  const summary: OutboxSummary = { case: caseId, village, householder: interview ? "" : householder };
  const row: OutboxRow = {
    statement: statement.id,
    seq: statement.seq,
    kind: statement.kind as StatementKind,
    digest,
    box,
    evidence: files.map((file) => ({ digest: file.digest, length: file.length })),
    sealedAt: new Date().toISOString(),
    receipt: null,
    reason: null,
    problem: null,
    sealedSummary: await sealJson(vault, summary, `summary:${statement.id}`),
  };
  // What a neighbour said is in the box and nowhere else.
  const own = interview ? null : await sealOwn(vault, statement, signed.writes, caseId, village);

  const stores = ["outbox", "files", "boxes", "head", "own", "drafts", "draftFiles"] as const;
  await durably(db, [...stores], async (tx) => {
    const head = tx.objectStore("head");
    mustFollow(statement, (await head.get("head")) ?? NO_HEAD);
    await head.put({ seq: statement.seq, prev: digest }, "head");
    await tx.objectStore("outbox").add(row);
    for (const file of files) {
      // The same photo may be on its way for another statement already.
      if ((await tx.objectStore("files").getKey(file.digest)) !== undefined) continue;
      await tx.objectStore("boxes").put({ digest: file.digest, box: file.box });
      await tx.objectStore("files").put(freshFile(file.digest, file.box.length));
    }
    if (own) await tx.objectStore("own").put({ statement: statement.id, sealed: own, index: null, waits: false });
    await tx.objectStore("drafts").delete(signed.draft);
    const draftFiles = tx.objectStore("draftFiles");
    for (const key of await draftFiles.index("draft").getAllKeys(signed.draft)) await draftFiles.delete(key);
  });
  await mustBeThere(db, row, files);
  return statement.id;
}

/** Reads back what was written, unless it has been delivered and has left in the meantime. */
async function mustBeThere(db: Database, row: OutboxRow, files: readonly BoxedFile[]): Promise<void> {
  const kept = await db.get("outbox", row.statement);
  if (kept === undefined && (await receiptsOf(db, row.statement)).length > 0) return;
  mustEqual(row.box, kept?.box);
  for (const file of files) {
    const box = (await db.get("boxes", file.digest))?.box;
    if (box === undefined && (await db.getKey("outbox", row.statement)) === undefined) return;
    // The box of a file that was on its way already is another one, of the same length.
    if (box?.length !== file.box.length) throw new NotKept("a file was not kept");
  }
}

export function openSummary(vault: Vault, row: OutboxRow): Promise<OutboxSummary> {
  return openJson<OutboxSummary>(vault, row.sealedSummary, `summary:${row.statement}`);
}

export function openOwn(vault: Vault, statement: string, sealed: Uint8Array): Promise<OwnContent> {
  return openJson<OwnContent>(vault, sealed, `own:${statement}`);
}

/** Statements of a replica follow each other without a gap. Throws ChainMoved. */
function mustFollow(statement: Statement, head: HeadRow): void {
  if (statement.seq !== head.seq + 1 || statement.prev !== head.prev) throw new ChainMoved("the chain has moved on");
}

/** The tablet's own signature stands first. */
async function envelopeOf(tablet: TabletRow, signed: Signed): Promise<Envelope> {
  const sig = await sign(tablet.keys.privateKey, pae(STATEMENT_TYPE, signed.payload));
  return {
    payloadType: STATEMENT_TYPE,
    payload: signed.payload,
    signatures: [{ keyid: keyId(tablet.spki), sig }, ...signed.signatures],
  };
}

async function sealOwn(
  vault: Vault,
  statement: Statement,
  answers: Signed["writes"],
  caseId: string,
  village: string,
): Promise<Uint8Array> {
  const writes = surveyWrites(statement.id, statement.seen, answers);
  const content: OwnContent = { case: caseId, village, writes };
  return sealJson(vault, content, `own:${statement.id}`);
}

interface BoxedFile {
  digest: string;
  length: number;
  box: Uint8Array;
}

/** Each file that the statement names, once. Throws FileGone. */
async function boxFiles(drafts: Drafts, tablet: TabletRow, statement: Statement): Promise<BoxedFile[]> {
  const boxed = new Map<string, BoxedFile>();
  for (const { digest, length } of statement.evidence) {
    if (boxed.has(digest)) continue;
    const plain = await drafts.openFile(digest);
    if (plain.length !== length || digestOf(plain) !== digest) throw new FileGone("the file is not what was signed");
    boxed.set(digest, { digest, length, box: await sealBox(tablet.intakeKey.spki, plain, `evidence:${digest}`) });
  }
  return [...boxed.values()];
}

function freshFile(digest: string, boxLength: number): StoredFile {
  return { digest, boxLength, offset: 0, url: null, delivered: false, problem: null };
}
