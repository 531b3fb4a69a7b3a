/**
 * The tablet's database: its stores, by the rows of `records`, and what the tablet is before anybody has enrolled.
 *
 * Boxes of files lie apart from what is known about the files, so that counting what is left never reads a photo.
 */

import { openDB, type DBSchema, type IDBPDatabase } from "idb";
import type {
  CaseRow,
  ContactRow,
  DraftFileRow,
  DraftRow,
  FileRow,
  FormRow,
  HeadRow,
  LeaseRow,
  OutboxRow,
  OwnRow,
  PersonRow,
  ReceiptRow,
  TabletRow,
} from "./records";

/**
 * One row, key "device": who this installation is, kept before the first enrolment is asked for, so that an answer
 * that gets lost does not leave a replica behind that nobody has the keys of.
 */
export interface DeviceRow {
  replica: string;
  keys: CryptoKeyPair;
  spki: Uint8Array;
  sealing: CryptoKey; // AES-256-GCM, not extractable: what leased shares rest under
}

/** A file on its way without its bytes; those are a BoxRow. */
export interface StoredFile extends Omit<FileRow, "box"> {
  problem: OutboxRow["problem"];
}

export interface BoxRow {
  digest: string;
  box: Uint8Array;
}

interface TabletSchema extends DBSchema {
  device: { key: "device"; value: DeviceRow };
  tablet: { key: "tablet"; value: TabletRow };
  head: { key: "head"; value: HeadRow };
  contact: { key: "contact"; value: ContactRow };
  leases: { key: string; value: LeaseRow };
  people: { key: string; value: PersonRow };
  cases: { key: string; value: CaseRow };
  own: { key: string; value: OwnRow };
  drafts: { key: string; value: DraftRow };
  draftFiles: { key: [string, string]; value: DraftFileRow; indexes: { draft: string; digest: string } };
  outbox: { key: string; value: OutboxRow };
  files: { key: string; value: StoredFile };
  boxes: { key: string; value: BoxRow };
  receipts: { key: string; value: ReceiptRow }; // key: statement, space, epoch
  forms: { key: string; value: FormRow };
}

export type Database = IDBPDatabase<TabletSchema>;
export type { TabletSchema };

export const DATABASE = "ruhu";
const VERSION = 1;

export function openDatabase(name: string = DATABASE): Promise<Database> {
  return openDB<TabletSchema>(name, VERSION, {
    upgrade(db) {
      for (const single of ["device", "tablet", "head", "contact", "receipts"] as const) db.createObjectStore(single);
      db.createObjectStore("leases", { keyPath: "person" });
      db.createObjectStore("people", { keyPath: "id" });
      db.createObjectStore("cases", { keyPath: "id" });
      db.createObjectStore("own", { keyPath: "statement" });
      db.createObjectStore("drafts", { keyPath: "id" });
      const files = db.createObjectStore("draftFiles", { keyPath: ["draft", "digest"] });
      files.createIndex("draft", "draft");
      files.createIndex("digest", "digest");
      db.createObjectStore("outbox", { keyPath: "statement" });
      db.createObjectStore("files", { keyPath: "digest" });
      db.createObjectStore("boxes", { keyPath: "digest" });
      db.createObjectStore("forms", { keyPath: "key" });
    },
    // A newer app in another tab must be able to bring the database forward; this tab is reloaded by then.
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close();
    },
  });
}

/** Contact before there has been any. */
export const NO_CONTACT: ContactRow = {
  counter: 0,
  token: null,
  cursor: null,
  held: 0,
  caughtUp: false,
  persons: [],
  owed: [],
  lastContact: null,
  agrees: null,
};
