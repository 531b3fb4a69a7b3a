/**
 * What the tablet's database holds, store by store.
 *
 * Nothing personal rests in clear. `sealed` bytes are AES-256-GCM under the tablet's data key, which opens only with a
 * person's PIN and a share leased from the server. `box` bytes are sealed to the server's public key: not even this
 * tablet can read them again.
 */

import type { Value } from "../sync/register";

/** Everything about this installation; one row, key "tablet". A reinstalled tablet is a new replica. */
export interface TabletRow {
  replica: string; // 32 lower-case hex digits
  keys: CryptoKeyPair; // P-256, not extractable
  spki: Uint8Array;
  authority: { id: string; epoch: string; name: { zh: string; en: string }; line: { urban: number; rural: number } };
  receiptKey: { keyid: string; spki: Uint8Array };
  intakeKey: { keyid: string; spki: Uint8Array }; // P-256 (ECDH) that boxes are sealed to
  regions: Region[];
  persisted: boolean; // what navigator.storage.persist() answered
  revoked: boolean;
}

export interface Region {
  id: string;
  name: string;
  level: number; // 3 county, 4 township, 5 village
  parent: string | null;
}

/** The tablet's chain of statements; one row, key "head". Written in the same transaction as each sealed statement. */
export interface HeadRow {
  seq: number;
  prev: string | null; // hex SHA-256 of the newest statement's payload
}

/** Contact with the server; one row, key "contact". */
export interface ContactRow {
  counter: number; // of session requests; counted up, durably, before each is signed
  token: string | null;
  cursor: string | null;
  held: number; // size of the ledger that the last pull reflects
  caughtUp: boolean;
  persons: string[]; // people whose keys on this replica count
  owed: string[]; // digests that the server says this tablet owes
  lastContact: string | null; // server time of the last complete contact, RFC 3339
  agrees: boolean | null; // whether the scope digest agreed at the last complete pull
}

/** The share that the server lends to one person on this tablet; sealed under a device key, dropped when it ends. */
export interface LeaseRow {
  person: string;
  sealed: Uint8Array;
  endsAt: string; // by the server's clock
  leasedAt: string; // by the server's clock, at the same contact
  leasedAtWall: number; // by the tablet's clock, ms: only differences of it are used
  latestWall: number; // the latest time that the tablet's clock has shown under this lease
}

/** An investigator with a key on this tablet. */
export interface PersonRow {
  id: string;
  name: string;
  role: string;
  keyid: string;
  spki: Uint8Array;
  salt: Uint8Array;
  stretch: { kind: "argon2id"; memoryKiB: number; passes: number; lanes: number };
  sealedDataKey: Uint8Array; // the tablet's data key under this person's PIN and share
  sealedSigningKey: Uint8Array; // PKCS #8 under the same
  wrongPins: number;
  waitUntil: number; // ms, tablet clock; no PIN is tried before
}

/** A pulled case; `sealed` is JSON of HeldCase (see ./holding). */
export interface CaseRow {
  id: string;
  hash: string;
  sealed: Uint8Array;
}

/** A statement of this tablet's own, as far as the screen still shows it; `sealed` is JSON of {case, writes}. */
export interface OwnRow {
  statement: string;
  sealed: Uint8Array;
  index: number | null; // ledger index, once a receipt has said so
  waits: boolean; // in quarantine: no part of the case
}

/** A visit or interview that is not sealed yet; `sealed` is JSON of DraftContent. */
export interface DraftRow {
  id: string; // random
  updatedAt: number; // ms, tablet clock
  revision: number; // counted up with each save; a save that finds another one than it read is refused (two tabs)
  sealed: Uint8Array;
}

export type StatementKind = "household_visit" | "neighbour_interview" | "recheck";

export interface DraftContent {
  kind: StatementKind;
  case: string;
  village: string;
  form: string;
  version: string;
  instance: string | null; // the XForm instance as last saved
  /** The dots on screen by field path, and their values, as of the moment the draft was begun. */
  seen: Record<string, string[]>;
  onScreen: Record<string, Value>;
  /** Paths of `seen` with more than one live value, with the values. */
  disputed: Record<string, Value[]>;
  held: number;
  photos: Photo[];
  startedAt: string; // RFC 3339 with offset
  page: string | null; // where the person was
}

/** A photo or ink of a draft. Its bytes are a DraftFileRow. */
export interface Photo {
  digest: string;
  length: number;
  mediaType: string;
  shot: string; // the form's ruhu:shot, or "ink:<slot>"
  ref: string; // instance path of the question, with positions: /data/people/members[2]/id_photo; "" for inks
  claims: Record<string, string>; // taken_at, clock, lat, lng, accuracy, ...: claims, never facts
}

export interface DraftFileRow {
  digest: string;
  draft: string;
  sealed: Uint8Array;
}

/** A sealed statement on its way. It leaves only on a verified receipt that covers every file. */
export interface OutboxRow {
  statement: string;
  seq: number;
  kind: StatementKind;
  digest: string; // hex SHA-256 of the payload
  box: Uint8Array; // the envelope, sealed to the server
  evidence: { digest: string; length: number }[];
  sealedAt: string; // tablet clock
  /** null: only saved here. Else what the verified receipt says. */
  receipt: { index: number; verdict: "accepted" | "quarantined"; receivedAt: string } | null;
  reason: string | null; // why it waits in quarantine
  problem: ItemProblem | null; // it needs help
  sealedSummary: Uint8Array; // JSON of OutboxSummary: what my work shows, under the data key
}

/** Why the server does not take an item (RFC 9457); `translations` by language tag, to be shown offline. */
export interface ItemProblem {
  type: string;
  title: string;
  detail: string | null;
  status: number;
  translations?: Record<string, { title: string; detail: string }>;
}

/** The householder is "" for an interview. */
export interface OutboxSummary {
  case: string;
  householder: string;
  village: string;
}

/** A file on its way; shared by the statements that name it. */
export interface FileRow {
  digest: string; // of the plain bytes
  box: Blob | Uint8Array; // sealed to the server
  boxLength: number;
  offset: number; // bytes of the box that the server said are durable
  url: string | null; // of the tus upload under way
  delivered: boolean; // the server has it whole
}

/** Kept for ever: what proves that the server took a statement. */
export interface ReceiptRow {
  statement: string;
  envelope: string; // JSON text of the receipt's DSSE envelope, as it came
}

export interface FormRow {
  key: string; // "<form> <version>"
  form: string;
  version: string;
  publishedAt: string;
  xform: string;
}

/** A case as the server showed it. A sibling is one value and the dots that stand for it. */
export interface HeldCase {
  id: string;
  hash: string;
  village: string;
  changed: number;
  registers: Record<string, { value: Value; dots: string[] }[]>;
  statements: Record<string, StatementNote>;
  tasks: Task[];
}

export interface StatementNote {
  kind: string;
  author: string; // name
  index: number;
  receivedAt: string;
  outcome?: string; // of an office decision; without it and a reason, the office tells neither
  reasonCode?: string;
  reason?: string;
}

export interface Task {
  id: string;
  kind: string; // recheck, retake, re_ask, re_sign, …: an unknown kind is shown in general words
  opened: number;
  done: number | null;
  note?: string; // the words of whoever asks
  due?: string; // civil date
  field?: string; // the path of the field in question
  person?: string; // the name of who should do it
  by?: string; // the name of who asks
}
