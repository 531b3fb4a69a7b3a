/**
 * The open tablet, as screens see it: what they may read, and the few things they may do.
 *
 * Screens talk to this and to nothing below it. It exists only while somebody has unlocked the tablet; `store/` and
 * `contact/` stand behind it.
 */

import type { Accessor } from "solid-js";
import type { DraftContent, FormRow, HeldCase, OutboxRow, Region, StatementKind, TabletRow } from "./store/records";
import type { Value } from "./sync/register";

export interface Person {
  id: string;
  name: string;
  keyid: string; // of the person's signing key on this tablet: a sign-off and its signature name it
}

/** One line of my work. */
export interface CaseLine {
  id: string;
  village: string;
  householder: string; // "" when nobody wrote a name yet
  address: string;
  group: string;
  /** Words of ui.md; a case may be in several states. */
  states: ("due" | "done" | "draft" | "owed" | "returned" | "disputed")[];
  lastVisit: string | null; // civil date
  unsent: number; // statements of this case that the server does not hold yet
  joinedInto: string | null; // the case that lives on in this one's place: the same household, opened twice
}

export interface DraftLine {
  id: string;
  kind: StatementKind;
  case: string;
  householder: string; // "" for an interview: it is not shown
  updatedAt: number;
}

/** The case with this tablet's own work on top, as it was when asked for. */
export interface CaseView {
  held: HeldCase | null; // null: a household first met on this tablet
  onScreen: Record<string, Value>; // one value a path; of a disputed field the first
  seen: Record<string, string[]>;
  disputed: Record<string, Value[]>;
  ledgerSize: number;
}

/** A photo that the office holds of a case. */
export interface CasePhoto {
  statement: string;
  digest: string;
  shot: string;
  receivedAt: string; // server time, RFC 3339
}

/** The four honest words, with counters. */
export interface Delivery {
  saved: number; // 已保存 statements that only this tablet holds
  delivered: number; // 已送达 statements with a verified receipt, in this installation's life
  applied: number; // 已入档 those that are part of their cases
  owed: number; // 待补 files that the server does not hold yet
  waiting: number; // in quarantine at the office
  needHelp: number; // refused: somebody must look
  oldest: string | null; // when the oldest unsent statement was sealed
  bytesLeft: number;
  bytesTotal: number; // of the contact under way
}

export type ContactState =
  | { kind: "idle"; lastContact: string | null; problem: string | null }
  | { kind: "running"; step: "session" | "push" | "upload" | "pull"; done: number; total: number };

/** A save that found a newer revision: another tab has written this draft. */
export class DraftTakenOver extends Error {}
/** The device is full; what was saved before stays. */
export class StorageFull extends Error {}

export interface Field {
  tablet: TabletRow;
  me: Person;
  people: Person[]; // everybody with a key on this tablet
  regions: Region[];

  cases: Accessor<CaseLine[]>;
  drafts: Accessor<DraftLine[]>;
  outbox: Accessor<OutboxRow[]>;
  delivery: Accessor<Delivery>;
  contact: Accessor<ContactState>;
  /** Share of the device's storage in use, 0 to 1. */
  storage: Accessor<number>;
  /** By the server's clock, RFC 3339. */
  leaseEnds: Accessor<string | null>;
  /** How far each file of the outbox is, by digest, in bytes of its box. */
  files: Accessor<Record<string, { offset: number; length: number; delivered: boolean }>>;
  /** Whose household each statement of the outbox is about, by statement; "" for an interview. */
  householders: Accessor<Record<string, string>>;
  /** Whether tablet and office agreed on every case at the last complete pull; null: none yet. */
  agrees: Accessor<boolean | null>;
  /** The office has revoked this tablet; tablet.revoked is only how it was when it was opened. */
  revoked: Accessor<boolean>;

  view(caseId: string): Promise<CaseView>;
  forms(): Promise<FormRow[]>;

  beginDraft(content: DraftContent): Promise<string>;
  openDraft(id: string): Promise<DraftContent>;
  /** Strictly durable and read back before it answers. Throws DraftTakenOver, StorageFull. */
  saveDraft(id: string, content: DraftContent): Promise<void>;
  discardDraft(id: string): Promise<void>;
  /** Stores a photo's or ink's exact bytes with the draft; the hex SHA-256 of them. Throws StorageFull. */
  keepFile(draft: string, bytes: Uint8Array): Promise<string>;
  openFile(digest: string): Promise<Uint8Array>;

  /** Throws WrongPin (with how long to wait) when the PIN is not this person's. */
  unlockSigner(person: string, pin: string): Promise<CryptoKey>;
  /**
   * What the next statement of this tablet needs; `commit` takes the same `seq` or throws ChainMoved, after which the
   * statement must be made and signed again.
   */
  nextPlace(): Promise<{ seq: number; prev: string | null; replica: string; monotonicMs: number; boot: string }>;
  /** In one strict transaction: outbox, boxes of all files, chain head, own work; the draft is gone. */
  commit(sealed: {
    draft: string;
    payload: Uint8Array;
    signatures: { keyid: string; sig: Uint8Array }[]; // the people's; the tablet's own is put before them
    writes: { path: string; value: Value }[]; // empty for an interview
  }): Promise<string>;

  sync(): void;
  /** Offers a statement that needs help once more, and begins a contact. */
  retry(statement: string): void;
  /** Held photos of a case, newest statement first, and one of them as a small JPEG: only with the server in reach. */
  casePhotos(caseId: string): Promise<CasePhoto[]>;
  casePhoto(statement: string, digest: string): Promise<Blob>;
  lifeboat(): Promise<Blob>; // the encrypted outbox
  readAnswer(file: Blob): Promise<number>; // the office's receipts for a lifeboat; how many statements it covered
  lock(): void;
}

export class WrongPin extends Error {
  constructor(readonly waitMs: number) {
    super("wrong PIN");
  }
}
export class ChainMoved extends Error {}
