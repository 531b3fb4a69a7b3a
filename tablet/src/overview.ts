/**
 * What screens show, read again from the database whenever something in it has changed: lines of my work, drafts, the
 * outbox and its counters.
 */

import { createSignal, type Accessor } from "solid-js";
import type { Rounds } from "./contact/rounds";
import type { CaseLine, Delivery, DraftLine } from "./field";
import type { Vault } from "./keys/vault";
import type { Cases } from "./store/cases";
import type { Database } from "./store/db";
import { countDelivery } from "./store/delivery";
import type { Drafts } from "./store/drafts";
import { lineOf, withPending, type Pending } from "./store/lines";
import type { News, Newsroom } from "./store/news";
import type { DraftContent, OutboxRow, OutboxSummary, TabletRow } from "./store/records";
import { INTERVIEW, openSummary } from "./store/seal";

export type FileLines = Record<string, { offset: number; length: number; delivered: boolean }>;

/** A value that screens follow. */
class Shown<T> {
  readonly get: Accessor<T>;
  readonly set: (value: T) => void;

  constructor(first: T) {
    const [get, set] = createSignal<T>(first, { equals: false });
    this.get = get;
    this.set = (value) => void set(() => value);
  }
}

export class Overview {
  readonly cases = new Shown<CaseLine[]>([]);
  readonly drafts = new Shown<DraftLine[]>([]);
  readonly outbox = new Shown<OutboxRow[]>([]);
  readonly householders = new Shown<Record<string, string>>({});
  readonly storage = new Shown(0);
  readonly leaseEnds = new Shown<string | null>(null);
  readonly agrees = new Shown<boolean | null>(null);
  readonly revoked: Shown<boolean>;
  private readonly counted = new Shown<Delivery>(NOTHING);
  private readonly kept = new Shown<FileLines>({});
  private readonly summaries = new Map<string, OutboxSummary>();
  private lines = new Map<string, CaseLine>();
  private toRead = new Set<News>();
  private reading: Promise<void> = Promise.resolve();
  private closed = false;
  private readonly stopReading: () => void;

  constructor(
    private readonly db: Database,
    private readonly vault: Vault,
    tablet: TabletRow,
    private readonly me: string,
    private readonly pulled: Cases,
    private readonly store: Drafts,
    private readonly rounds: Rounds,
    news: Newsroom,
    private readonly onRevoked: () => void,
  ) {
    this.revoked = new Shown(tablet.revoked);
    // A reading that fails is made up for by the next.
    this.stopReading = news.read((what) => void this.refresh(what).catch(() => undefined));
  }

  /** How far each file is, with those that travel just now. */
  readonly files = (): FileLines => {
    const files = { ...this.kept.get() };
    for (const { digest, sent, length } of this.rounds.uploads()) {
      const known = files[digest];
      if (known && !known.delivered) files[digest] = { ...known, offset: Math.min(sent, length) };
    }
    return files;
  };

  /** While files travel, what has left of them counts at once. */
  readonly delivery = (): Delivery => {
    const counted = this.counted.get();
    const lines = this.rounds.uploads();
    if (lines.length === 0) return counted;
    const total = lines.reduce((sum, line) => sum + line.length, 0);
    const sent = lines.reduce((sum, line) => sum + line.sent, 0);
    return { ...counted, bytesLeft: total - sent, bytesTotal: total };
  };

  /** What is behind the lock is gone from memory; the outbox, which nobody can read, is still followed. */
  close(): void {
    this.closed = true;
    this.cases.set([]);
    this.drafts.set([]);
    this.householders.set({});
    this.summaries.clear();
    this.lines.clear();
  }

  /** Nothing is followed any more. */
  end(): void {
    this.close();
    this.stopReading();
    this.outbox.set([]);
  }

  /** When the last reading that was asked for has been done. */
  settled(): Promise<void> {
    return this.reading;
  }

  /** Reads again what has changed: one reading after the other, and one for all that came in during the last. */
  refresh(what: News): Promise<void> {
    const queued = this.toRead.size > 0;
    this.toRead.add(what);
    if (queued) return this.reading;
    const before = this.reading.catch(() => undefined);
    this.reading = before.then(() => this.readNews());
    return this.reading;
  }

  async estimate(): Promise<void> {
    const { usage, quota } = (await globalThis.navigator?.storage?.estimate?.()) ?? {};
    if (usage !== undefined && quota) this.storage.set(usage / quota);
  }

  private async readNews(): Promise<void> {
    const news = this.toRead;
    this.toRead = new Set();
    try {
      await this.reread(news);
    } catch (error) {
      // A tablet that was locked in the middle has nothing to show.
      if (!this.closed) throw error;
    }
  }

  private async reread(news: ReadonlySet<News>): Promise<void> {
    if (news.has("outbox") || news.has("cases")) await this.rereadOutbox();
    if (this.closed) return;
    const today = localDay(new Date());
    if (news.has("cases")) {
      await this.pulled.load();
      this.lines = new Map();
      for (const id of this.pulled.ids()) this.lines.set(id, this.lineOf(id, today));
    }
    const drafts = await this.store.all();
    const pending = await this.pendingOf(drafts);
    const lease = await this.db.get("leases", this.me);
    if (this.closed) return;
    for (const id of pending.keys()) if (!this.lines.has(id)) this.lines.set(id, this.lineOf(id, today));
    const shown = new Set([...this.pulled.ids(), ...pending.keys()]);
    const lines = [...this.lines.values()].filter((line) => shown.has(line.id));
    this.cases.set(lines.map((line) => withPending(line, pending.get(line.id))));
    this.drafts.set(
      drafts.map(({ row, content }) => ({
        id: row.id,
        kind: content.kind,
        case: content.case,
        householder: content.kind === INTERVIEW ? "" : (this.lines.get(content.case)?.householder ?? ""),
        updatedAt: row.updatedAt,
      })),
    );
    this.householders.set(
      Object.fromEntries(
        this.outbox.get().map((row) => [row.statement, this.summaries.get(row.statement)?.householder ?? ""]),
      ),
    );
    this.leaseEnds.set(lease?.endsAt ?? null);
  }

  /** What needs no key. */
  private async rereadOutbox(): Promise<void> {
    const [outbox, files, contact, tablet] = await Promise.all([
      this.db.getAll("outbox"),
      this.db.getAll("files"),
      this.db.get("contact", "contact"),
      this.db.get("tablet", "tablet"),
    ]);
    this.outbox.set(outbox.toSorted((a, b) => a.seq - b.seq));
    this.kept.set(
      Object.fromEntries(
        files.map(({ digest, offset, boxLength, delivered }) => [digest, { offset, length: boxLength, delivered }]),
      ),
    );
    this.counted.set(await countDelivery(this.db, (id) => this.pulled.shows(id)));
    this.agrees.set(contact?.agrees ?? null);
    if (tablet?.revoked && !this.revoked.get()) this.onRevoked();
    void this.estimate();
  }

  private lineOf(id: string, today: string): CaseLine {
    return lineOf(id, this.pulled.heldOf(id), this.pulled.ownOf(id), today);
  }

  private async pendingOf(drafts: readonly { content: DraftContent }[]): Promise<Map<string, Pending>> {
    const pending = new Map<string, Pending>();
    const about = (id: string): Pending => {
      const known = pending.get(id) ?? { draft: false, unsent: 0, owed: false };
      pending.set(id, known);
      return known;
    };
    // An interview leaves no trace on the household's line.
    for (const { content } of drafts) if (content.kind !== INTERVIEW) about(content.case).draft = true;
    const files = this.kept.get();
    for (const row of this.outbox.get()) {
      const { case: caseId } = await this.summary(row);
      if (row.kind === INTERVIEW) continue;
      const known = about(caseId);
      if (row.receipt === null) known.unsent += 1;
      else if (row.evidence.some((file) => files[file.digest]?.delivered === false)) known.owed = true;
    }
    return pending;
  }

  private async summary(row: OutboxRow): Promise<OutboxSummary> {
    const known = this.summaries.get(row.statement) ?? (await openSummary(this.vault, row));
    this.summaries.set(row.statement, known);
    return known;
  }
}

const NOTHING: Delivery = {
  saved: 0,
  delivered: 0,
  applied: 0,
  owed: 0,
  waiting: 0,
  needHelp: 0,
  oldest: null,
  bytesLeft: 0,
  bytesTotal: 0,
};

function localDay(now: Date): string {
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
}
