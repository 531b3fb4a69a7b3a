/**
 * The open tablet behind the screens (see `field`): the store with the data key at hand, and the contact that runs beside
 * it. Once it is locked it answers nothing any more.
 */

import type { Accessor } from "solid-js";
import type { Rounds } from "./contact/rounds";
import { packLifeboat, readLifeboatAnswer } from "./contact/lifeboat";
import { fetchPhoto, listPhotos } from "./contact/photos";
import type { Line } from "./contact/session";
import type { CaseLine, CasePhoto, CaseView, ContactState, Delivery, DraftLine, Field, Person } from "./field";
import type { Vault } from "./keys/vault";
import { Overview, type FileLines } from "./overview";
import { Cases } from "./store/cases";
import { NO_CONTACT, type Database } from "./store/db";
import { Drafts } from "./store/drafts";
import { unlockSigner } from "./store/locking";
import type { Newsroom } from "./store/news";
import { tryAgain } from "./store/outbox";
import type { DraftContent, FormRow, OutboxRow, PersonRow, Region, TabletRow } from "./store/records";
import { NO_HEAD, sealIntoOutbox, type Signed } from "./store/seal";
import { inTurn } from "./store/turns";
import { toHex } from "./sync/bytes";

/** The monotonic clock counts from when this page was opened; the name says which counting it is. */
const BOOT = toHex(crypto.getRandomValues(new Uint8Array(8)));
const SEAL = "ruhu-seal";

/** Somebody has locked the tablet, or the office has ended it. */
export class Locked extends Error {
  constructor() {
    super("the tablet is locked");
  }
}

export class UnlockedField implements Field {
  readonly pulled: Cases;
  private readonly store: Drafts;
  private readonly overview: Overview;
  private closed = false;

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
    this.pulled = new Cases(db, vault);
    this.store = new Drafts(db, vault);
    const { pulled, store } = this;
    this.overview = new Overview(db, vault, tablet, me.id, pulled, store, rounds, news, () => this.revoke());
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
    await field.overview.refresh("cases");
    return field;
  }

  get regions(): Region[] {
    return this.tablet.regions;
  }

  get cases(): Accessor<CaseLine[]> {
    return this.overview.cases.get;
  }

  get drafts(): Accessor<DraftLine[]> {
    return this.overview.drafts.get;
  }

  get outbox(): Accessor<OutboxRow[]> {
    return this.overview.outbox.get;
  }

  get delivery(): Accessor<Delivery> {
    return this.overview.delivery;
  }

  get files(): Accessor<FileLines> {
    return this.overview.files;
  }

  get householders(): Accessor<Record<string, string>> {
    return this.overview.householders.get;
  }

  get storage(): Accessor<number> {
    return this.overview.storage.get;
  }

  get leaseEnds(): Accessor<string | null> {
    return this.overview.leaseEnds.get;
  }

  get agrees(): Accessor<boolean | null> {
    return this.overview.agrees.get;
  }

  get revoked(): Accessor<boolean> {
    return this.overview.revoked.get;
  }

  get contact(): Accessor<ContactState> {
    return this.rounds.state;
  }

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
    void this.overview.estimate();
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
    this.news.tell("cases");
    await this.overview.settled();
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
    if (this.closed && !this.revoked()) return;
    this.close();
    this.overview.end();
    this.onLock();
  }

  /** The office has ended this tablet: nothing can be read any more, and what is sealed still goes out. */
  revoke(): void {
    this.overview.revoked.set(true);
    this.close();
  }

  private async offerAgain(statement: string): Promise<void> {
    await tryAgain(this.db, statement);
    this.news.tell("outbox");
    await this.rounds.sync();
  }

  private close(): void {
    this.closed = true;
    this.overview.close();
    this.pulled.forget();
  }

  private mustBeOpen(): void {
    if (this.closed) throw new Locked();
  }
}
