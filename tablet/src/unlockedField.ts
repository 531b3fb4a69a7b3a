/**
 * The open tablet behind the screens (see `field`): the store with the data key at hand, and the contact that runs beside
 * it. Once it is locked it answers nothing any more.
 */

import { createSignal, type Accessor } from "solid-js";
import type { Rounds } from "./contact/rounds";
import { packLifeboat, readLifeboatAnswer } from "./contact/lifeboat";
import { fetchPhoto, listPhotos } from "./contact/photos";
import type { Line } from "./contact/session";
import type { CaseLine, CasePhoto, CaseView, ContactState, Delivery, DraftLine, Field, Person } from "./field";
import type { Vault } from "./keys/vault";
import { Cases } from "./store/cases";
import type { Database } from "./store/db";
import { countDelivery } from "./store/delivery";
import { Drafts } from "./store/drafts";
import { lineOf, withPending, type Pending } from "./store/lines";
import { unlockSigner } from "./store/locking";
import type { News, Newsroom } from "./store/news";
import { tryAgain } from "./store/outbox";
import type { DraftContent, FormRow, OutboxRow, OutboxSummary, PersonRow, Region, TabletRow } from "./store/records";
import { INTERVIEW, NO_HEAD, openSummary, sealIntoOutbox, type Signed } from "./store/seal";
import { inTurn } from "./store/turns";
import { NO_CONTACT } from "./store/db";
import { toHex } from "./sync/bytes";

/** The monotonic clock counts from when this page was opened; the name says which counting it is. */
const BOOT = toHex(crypto.getRandomValues(new Uint8Array(8)));
const SEAL = "ruhu-seal";

type FileLines = Record<string, { offset: number; length: number; delivered: boolean }>;

/** Somebody has locked the tablet, or the office has ended it. */
export class Locked extends Error {
  constructor() {
    super("the tablet is locked");
  }
}

function signal<T>(first: T): [Accessor<T>, (value: T) => void] {
  const [get, set] = createSignal<T>(first, { equals: false });
  return [get, (value) => void set(() => value)];
}

export class UnlockedField implements Field {
  private readonly setCases: (lines: CaseLine[]) => void;
  private readonly setDrafts: (lines: DraftLine[]) => void;
  private readonly setOutbox: (rows: OutboxRow[]) => void;
  private readonly setDelivery: (delivery: Delivery) => void;
  private readonly setStorage: (share: number) => void;
  private readonly setLeaseEnds: (at: string | null) => void;
  private readonly setFiles: (files: FileLines) => void;
  private readonly setHouseholders: (names: Record<string, string>) => void;
  private readonly setAgrees: (agrees: boolean | null) => void;
  private readonly setRevoked: (revoked: boolean) => void;
  readonly cases: Accessor<CaseLine[]>;
  readonly drafts: Accessor<DraftLine[]>;
  readonly outbox: Accessor<OutboxRow[]>;
  readonly storage: Accessor<number>;
  readonly leaseEnds: Accessor<string | null>;
  readonly householders: Accessor<Record<string, string>>;
  readonly agrees: Accessor<boolean | null>;
  readonly revoked: Accessor<boolean>;
  private readonly counted: Accessor<Delivery>;
  private readonly kept: Accessor<FileLines>;
  private closed = false;

  readonly pulled: Cases;
  private readonly store: Drafts;
  private readonly stopReading: () => void;
  private readonly summaries = new Map<string, OutboxSummary>();
  private lines = new Map<string, CaseLine>();
  private toRead = new Set<News>();
  private reading: Promise<void> = Promise.resolve();

  private constructor(
    private readonly db: Database,
    readonly vault: Vault,
    readonly tablet: TabletRow,
    readonly me: Person,
    readonly people: Person[],
    private readonly line: Line,
    private readonly rounds: Rounds,
    private readonly news: Newsroom,
    private readonly onLock: () => void,
  ) {
    [this.cases, this.setCases] = signal<CaseLine[]>([]);
    [this.drafts, this.setDrafts] = signal<DraftLine[]>([]);
    [this.outbox, this.setOutbox] = signal<OutboxRow[]>([]);
    [this.counted, this.setDelivery] = signal<Delivery>(NOTHING);
    [this.storage, this.setStorage] = signal(0);
    [this.leaseEnds, this.setLeaseEnds] = signal<string | null>(null);
    [this.kept, this.setFiles] = signal<FileLines>({});
    [this.householders, this.setHouseholders] = signal<Record<string, string>>({});
    [this.agrees, this.setAgrees] = signal<boolean | null>(null);
    [this.revoked, this.setRevoked] = signal(tablet.revoked);
    this.pulled = new Cases(db, vault);
    this.store = new Drafts(db, vault);
    // A reading that fails is made up for by the next.
    this.stopReading = news.read((what) => void this.refresh(what).catch(() => undefined));
  }

  /** Reads what there is; then screens may be shown. */
  static async open(
    db: Database,
    vault: Vault,
    tablet: TabletRow,
    me: PersonRow,
    line: Line,
    rounds: Rounds,
    news: Newsroom,
    onLock: () => void,
  ): Promise<UnlockedField> {
    const people = (await db.getAll("people")).map(({ id, name, keyid }) => ({ id, name, keyid }));
    const who = { id: me.id, name: me.name, keyid: me.keyid };
    const field = new UnlockedField(db, vault, tablet, who, people, line, rounds, news, onLock);
    await field.refresh("cases");
    return field;
  }

  get regions(): Region[] {
    return this.tablet.regions;
  }

  get contact(): Accessor<ContactState> {
    return this.rounds.state;
  }

  /** How far each file is, with those that travel just now. */
  readonly files = (): FileLines => {
    const files = { ...this.kept() };
    for (const { digest, sent, length } of this.rounds.uploads()) {
      const known = files[digest];
      if (known && !known.delivered) files[digest] = { ...known, offset: Math.min(sent, length) };
    }
    return files;
  };

  /** While files travel, what has left of them counts at once. */
  readonly delivery = (): Delivery => {
    const counted = this.counted();
    const lines = this.rounds.uploads();
    if (lines.length === 0) return counted;
    const total = lines.reduce((sum, line) => sum + line.length, 0);
    const sent = lines.reduce((sum, line) => sum + line.sent, 0);
    return { ...counted, bytesLeft: total - sent, bytesTotal: total };
  };

  async view(caseId: string): Promise<CaseView> {
    this.mustBeOpen();
    const { held } = (await this.db.get("contact", "contact")) ?? NO_CONTACT;
    return this.pulled.view(caseId, held);
  }

  async forms(): Promise<FormRow[]> {
    const forms = await this.db.getAll("forms");
    return forms.toSorted((a, b) => (a.publishedAt < b.publishedAt ? -1 : a.publishedAt > b.publishedAt ? 1 : 0));
  }

  async beginDraft(content: DraftContent): Promise<string> {
    this.mustBeOpen();
    const id = await this.store.begin(content);
    this.news.tell("drafts");
    return id;
  }

  openDraft(id: string): Promise<DraftContent> {
    this.mustBeOpen();
    return this.store.open(id);
  }

  async saveDraft(id: string, content: DraftContent): Promise<void> {
    this.mustBeOpen();
    await this.store.save(id, content);
    this.news.tell("drafts");
  }

  async discardDraft(id: string): Promise<void> {
    this.mustBeOpen();
    await this.store.discard(id);
    this.news.tell("drafts");
  }

  async keepFile(draft: string, bytes: Uint8Array): Promise<string> {
    this.mustBeOpen();
    const digest = await this.store.keepFile(draft, bytes);
    void this.estimate();
    return digest;
  }

  openFile(digest: string): Promise<Uint8Array> {
    this.mustBeOpen();
    return this.store.openFile(digest);
  }

  unlockSigner(person: string, pin: string): Promise<CryptoKey> {
    this.mustBeOpen();
    return unlockSigner(this.db, person, pin);
  }

  async nextPlace() {
    this.mustBeOpen();
    const head = (await this.db.get("head", "head")) ?? NO_HEAD;
    const monotonicMs = Math.round(performance.now());
    return { seq: head.seq + 1, prev: head.prev, replica: this.tablet.replica, monotonicMs, boot: BOOT };
  }

  async commit(sealed: Signed): Promise<string> {
    this.mustBeOpen();
    const id = await inTurn(SEAL, async () => {
      const draft = await this.store.open(sealed.draft);
      const line = this.cases().find((each) => each.id === draft.case);
      const named = sealed.writes.find((write) => write.path === "household.householder_name")?.value;
      const householder = typeof named === "string" && named !== "" ? named : (line?.householder ?? "");
      return sealIntoOutbox(this.db, this.vault, this.tablet, sealed, householder);
    });
    await this.refresh("cases");
    this.news.tell("cases");
    void this.rounds.sync();
    return id;
  }

  sync(): void {
    void this.rounds.sync();
  }

  retry(statement: string): void {
    void this.offerAgain(statement);
  }

  casePhotos(caseId: string): Promise<CasePhoto[]> {
    this.mustBeOpen();
    return listPhotos(this.line, caseId);
  }

  casePhoto(statement: string, digest: string): Promise<Blob> {
    this.mustBeOpen();
    return fetchPhoto(this.line, statement, digest);
  }

  lifeboat(): Promise<Blob> {
    return packLifeboat(this.db, this.tablet);
  }

  async readAnswer(file: Blob): Promise<number> {
    const covered = await readLifeboatAnswer(this.db, this.tablet, file);
    this.news.tell("cases");
    return covered;
  }

  lock(): void {
    if (this.closed) return;
    this.close();
    this.stopReading();
    this.setOutbox([]);
    this.onLock();
  }

  /** The office has ended this tablet: nothing can be read any more, and what is sealed still goes out. */
  revoke(): void {
    this.setRevoked(true);
    this.close();
    void this.refresh("outbox");
  }

  private async offerAgain(statement: string): Promise<void> {
    await tryAgain(this.db, statement);
    this.news.tell("outbox");
    await this.rounds.sync();
  }

  private close(): void {
    this.closed = true;
    this.setCases([]);
    this.setDrafts([]);
    this.setHouseholders({});
    this.summaries.clear();
    this.lines.clear();
    this.pulled.forget();
  }

  private mustBeOpen(): void {
    if (this.closed) throw new Locked();
  }

  /** Reads again what has changed: one reading after the other, and one for all that came in during the last. */
  private refresh(what: News): Promise<void> {
    const queued = this.toRead.size > 0;
    this.toRead.add(what);
    if (queued) return this.reading;
    const before = this.reading.catch(() => undefined);
    this.reading = before.then(() => this.readNews());
    return this.reading;
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
    const lease = await this.db.get("leases", this.me.id);
    if (this.closed) return;
    for (const id of pending.keys()) if (!this.lines.has(id)) this.lines.set(id, this.lineOf(id, today));
    const shown = new Set([...this.pulled.ids(), ...pending.keys()]);
    const lines = [...this.lines.values()].filter((line) => shown.has(line.id));
    this.setCases(lines.map((line) => withPending(line, pending.get(line.id))));
    this.setDrafts(
      drafts.map(({ row, content }) => ({
        id: row.id,
        kind: content.kind,
        case: content.case,
        householder: content.kind === INTERVIEW ? "" : (this.lines.get(content.case)?.householder ?? ""),
        updatedAt: row.updatedAt,
      })),
    );
    this.setHouseholders(
      Object.fromEntries(
        this.outbox().map((row) => [row.statement, this.summaries.get(row.statement)?.householder ?? ""]),
      ),
    );
    this.setLeaseEnds(lease?.endsAt ?? null);
  }

  /** What needs no key. */
  private async rereadOutbox(): Promise<void> {
    const [outbox, files, contact, tablet] = await Promise.all([
      this.db.getAll("outbox"),
      this.db.getAll("files"),
      this.db.get("contact", "contact"),
      this.db.get("tablet", "tablet"),
    ]);
    this.setOutbox(outbox.toSorted((a, b) => a.seq - b.seq));
    this.setFiles(
      Object.fromEntries(
        files.map(({ digest, offset, boxLength, delivered }) => [digest, { offset, length: boxLength, delivered }]),
      ),
    );
    this.setDelivery(await countDelivery(this.db, (id) => this.pulled.shows(id)));
    this.setAgrees(contact?.agrees ?? null);
    if (tablet?.revoked && !this.revoked()) this.revoke();
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
    const files = this.kept();
    for (const row of this.outbox()) {
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

  private async estimate(): Promise<void> {
    const { usage, quota } = (await globalThis.navigator?.storage?.estimate?.()) ?? {};
    if (usage !== undefined && quota) this.setStorage(usage / quota);
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
