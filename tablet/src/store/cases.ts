/**
 * Pulled cases and the tablet's own work, opened with the data key and kept in memory while the tablet is unlocked.
 *
 * A page of a pull is taken in one transaction with the cursor after it: whatever cuts a pull short, the next one goes on
 * where the cases stand.
 */

import type { CaseView } from "../field";
import type { Vault } from "../keys/vault";
import { sequenceOf } from "../sync/dot";
import { NO_CONTACT, type Database } from "./db";
import { durably } from "./durable";
import { isPulled, readShown, viewOf, type OwnWork, type ShownCase } from "./holding";
import type { CaseRow, ContactRow, HeldCase, StatementNote, Task } from "./records";
import { openOwn } from "./seal";
import { openJson, sealJson } from "./vaulted";

/** What a pull brings, as the wire shows it. */
export interface Page {
  cases: ShownCase[];
  gone?: string[];
  tasks: WireTask[];
  statements: Record<string, WireNote>;
}

interface WireTask {
  id: string;
  kind: string;
  case: string;
  opened: number;
  done: number | null;
  note?: string;
  due?: string;
  field?: string;
  person?: string;
  by?: string;
}

interface WireNote {
  kind: string;
  author: string;
  index: number;
  received_at: string;
  outcome?: string;
  reason_code?: string;
  reason?: string;
}

export class Cases {
  private held = new Map<string, HeldCase>();
  private own = new Map<string, OwnWork[]>();

  constructor(
    private readonly db: Database,
    private readonly vault: Vault,
  ) {}

  /** Reads everything again. */
  async load(): Promise<void> {
    const [rows, own] = await Promise.all([this.db.getAll("cases"), this.db.getAll("own")]);
    const opened = await Promise.all(rows.map((row) => this.open(row)));
    const works = await Promise.all(
      own.map(async ({ statement, sealed, index, waits }): Promise<OwnWork> => {
        const content = await openOwn(this.vault, statement, sealed);
        return { statement, seq: sequenceOf(statement), index, waits, ...content };
      }),
    );
    this.held = new Map(opened.map((held) => [held.id, held]));
    this.own = new Map();
    for (const work of works) this.own.set(work.case, [...(this.own.get(work.case) ?? []), work]);
  }

  /** Nothing stays in memory. */
  forget(): void {
    this.held = new Map();
    this.own = new Map();
  }

  /** Every case that a screen can show: pulled, or first met here. */
  ids(): string[] {
    return [...new Set([...this.held.keys(), ...this.own.keys()])];
  }

  heldOf(id: string): HeldCase | null {
    return this.held.get(id) ?? null;
  }

  ownOf(id: string): readonly OwnWork[] {
    return this.own.get(id) ?? [];
  }

  view(id: string, ledgerSize: number): CaseView {
    return viewOf(this.heldOf(id), this.ownOf(id), ledgerSize);
  }

  /** Whether any pulled case shows this statement. */
  shows(statement: string): boolean {
    for (const held of this.held.values()) if (statement in held.statements) return true;
    return false;
  }

  /** Takes a page, and `contact` with the cursor after it, in one transaction. */
  async take(page: Page, contact: Partial<ContactRow>): Promise<void> {
    const taken = page.cases.map((shown) => readHeld(shown, page));
    const rows = await Promise.all(taken.map((held) => this.seal(held)));
    const gone = page.gone ?? [];
    await durably(this.db, ["cases", "contact"], async (tx) => {
      const cases = tx.objectStore("cases");
      for (const row of rows) await cases.put(row);
      for (const id of gone) await cases.delete(id);
      await mergeContact(tx.objectStore("contact"), contact);
    });
    for (const held of taken) this.held.set(held.id, held);
    for (const id of gone) this.held.delete(id);
  }

  /** Case hashes by id, as held. */
  async hashes(): Promise<Map<string, string>> {
    return new Map((await this.db.getAll("cases")).map((row) => [row.id, row.hash]));
  }

  /** Forgets every case that is not in `wanted`, and notes the cursor that this leads to. */
  async keepOnly(wanted: ReadonlySet<string>, contact: Partial<ContactRow>): Promise<void> {
    await durably(this.db, ["cases", "contact"], async (tx) => {
      const cases = tx.objectStore("cases");
      for (const id of await cases.getAllKeys()) if (!wanted.has(id)) await cases.delete(id);
      await mergeContact(tx.objectStore("contact"), contact);
    });
    for (const id of this.held.keys()) if (!wanted.has(id)) this.held.delete(id);
  }

  /**
   * Own work is needed until the server shows it. After a pull to the end of a ledger of this size it is done with when
   * its case holds it, and when it lies in the ledger and its case is no longer this tablet's.
   */
  async forgetPulledWork(ledgerSize: number): Promise<void> {
    const done: string[] = [];
    await durably(this.db, ["own"], async (tx) => {
      const store = tx.objectStore("own");
      for (const work of [...this.own.values()].flat()) {
        const row = await store.get(work.statement);
        if (!row || row.index === null) continue;
        const held = this.heldOf(work.case);
        const pulled = isPulled({ ...work, index: row.index }, held);
        if (pulled || (row.index < ledgerSize && (row.waits || held === null))) {
          await store.delete(work.statement);
          done.push(work.statement);
        }
      }
    });
    for (const [id, works] of this.own) {
      const left = works.filter((work) => !done.includes(work.statement));
      if (left.length > 0) this.own.set(id, left);
      else this.own.delete(id);
    }
  }

  private open(row: CaseRow): Promise<HeldCase> {
    return openJson<HeldCase>(this.vault, row.sealed, `case:${row.id}`);
  }

  private async seal(held: HeldCase): Promise<CaseRow> {
    return { id: held.id, hash: held.hash, sealed: await sealJson(this.vault, held, `case:${held.id}`) };
  }
}

/** One strict change of what is known of the contact with the server. */
export async function changeContact(db: Database, change: Partial<ContactRow>): Promise<void> {
  await durably(db, ["contact"], (tx) => mergeContact(tx.objectStore("contact"), change));
}

interface ContactStore {
  get(key: "contact"): Promise<ContactRow | undefined>;
  put(value: ContactRow, key: "contact"): Promise<unknown>;
}

async function mergeContact(store: ContactStore, change: Partial<ContactRow>): Promise<void> {
  await store.put({ ...((await store.get("contact")) ?? NO_CONTACT), ...change }, "contact");
}

function readHeld(shown: ShownCase, page: Page): HeldCase {
  const statements: Record<string, StatementNote> = {};
  for (const id of shown.statements) {
    const note = page.statements[id];
    if (note) statements[id] = readNote(note);
  }
  const tasks = page.tasks.filter((task) => task.case === shown.id).map(readTask);
  return { ...readShown(shown), statements, tasks };
}

function readNote(note: WireNote): StatementNote {
  return {
    kind: note.kind,
    author: note.author,
    index: note.index,
    receivedAt: note.received_at,
    ...(note.outcome ? { outcome: note.outcome } : {}),
    ...(note.reason_code ? { reasonCode: note.reason_code } : {}),
    ...(note.reason ? { reason: note.reason } : {}),
  };
}

function readTask({ id, kind, opened, done, note, due, field, person, by }: WireTask): Task {
  return {
    id,
    kind,
    opened,
    done,
    ...(note ? { note } : {}),
    ...(due ? { due } : {}),
    ...(field ? { field } : {}),
    ...(person ? { person } : {}),
    ...(by ? { by } : {}),
  };
}
