/**
 * Contact with the server, round by round: session, text, leases, files, pull, and out of the outbox what is done.
 *
 * A round may be cut at any byte and done again; each begins with what the database says. Only one tab is in contact at
 * a time. Rounds start by themselves: when the network comes back, when somebody looks at the tablet again, after a wait
 * that grows with each failure, and at rest every ten minutes.
 */

import { createSignal, type Accessor } from "solid-js";
import { StorageFull, type ContactState } from "../field";
import type { Cases } from "../store/cases";
import type { Database } from "../store/db";
import { durably } from "../store/durable";
import { dropLeases } from "../store/leases";
import type { Newsroom } from "../store/news";
import { undelivered, unsent } from "../store/outbox";
import type { TabletRow } from "../store/records";
import { unlessTaken } from "../store/turns";
import { clearOutbox, confirmByRepeat } from "./clearing";
import { fetchForms } from "./forms";
import { renewLeases } from "./leases";
import type { Pace } from "./pace";
import { pullAll, Restored } from "./pull";
import { pushAll } from "./push";
import { Line } from "./session";
import { uploadAll } from "./uploads";
import { ComeLater, LinkCut, PROBLEM, Refused, SessionOver, type Wire } from "./wire";

const TURN = "ruhu-contact";
const MOST_BEGINNINGS = 4; // of one round: the session may end and the server be restored, but not again and again

/** One file of the upload under way, in bytes of what travels. */
export interface UploadLine {
  digest: string;
  sent: number;
  length: number;
}

export interface Surroundings {
  db: Database;
  wire: Wire;
  pace: Pace;
  news: Newsroom;
  /** The cases while the tablet is unlocked; a locked one hands in and does not pull. */
  cases: () => Cases | null;
  /** The office has ended this tablet: what it may read is over at once. */
  onRevoked: () => void;
}

export class Rounds {
  readonly state: Accessor<ContactState>;
  readonly uploads: Accessor<UploadLine[]>;
  private readonly setState: (state: ContactState) => void;
  private readonly setUploads: (lines: UploadLine[]) => void;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private running: Promise<void> | null = null;
  private again = false;
  private stopped = true;

  constructor(private readonly around: Surroundings) {
    const [state, setState] = createSignal<ContactState>({ kind: "idle", lastContact: null, problem: null });
    const [uploads, setUploads] = createSignal<UploadLine[]>([]);
    this.state = state;
    this.uploads = uploads;
    this.setState = (value) => void setState(() => value);
    this.setUploads = (value) => void setUploads(() => value);
  }

  /** From now on rounds start by themselves, the first one at once. */
  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    globalThis.addEventListener?.("online", this.wake);
    globalThis.document?.addEventListener("visibilitychange", this.look);
    void this.sync();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    globalThis.removeEventListener?.("online", this.wake);
    globalThis.document?.removeEventListener("visibilitychange", this.look);
    await this.running;
  }

  /** A round now, or one more after the one under way; settles when it has come to its end, well or not. */
  sync(): Promise<void> {
    if (this.running !== null) {
      this.again = true;
      return this.running;
    }
    clearTimeout(this.timer);
    this.running = this.go().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private readonly wake = (): void => void this.sync();
  private readonly look = (): void => {
    if (document.visibilityState === "visible") void this.sync();
  };

  private async go(): Promise<void> {
    let wait = 0;
    do {
      this.again = false;
      wait = await this.oneRound();
    } while (this.again && !this.stopped);
    if (!this.stopped) this.timer = setTimeout(this.wake, wait * (0.9 + Math.random() * 0.2));
  }

  /** How long to wait after it. */
  private async oneRound(): Promise<number> {
    const { db, pace, news } = this.around;
    let problem: string | null = null;
    let wait: number;
    try {
      await dropLeases(db, "over");
      const ours = await unlessTaken(TURN, () => this.begin(MOST_BEGINNINGS));
      this.failures = 0;
      const waiting = (await unsent(db)).length + (await undelivered(db)).length;
      // Another tab may be one that is locked, and does not pull: then this one is soon in turn.
      if (!ours) wait = pace.firstWait;
      else wait = waiting > 0 ? pace.longestWait : pace.rest;
    } catch (error) {
      problem = nameOf(error);
      const patience = error instanceof ComeLater ? (error.afterMs ?? 0) : 0;
      wait = Math.max(Math.min(pace.firstWait * 2 ** this.failures, pace.longestWait), patience);
      this.failures += 1;
    }
    this.setUploads([]);
    const contact = await db.get("contact", "contact").catch(() => undefined);
    this.setState({ kind: "idle", lastContact: contact?.lastContact ?? null, problem });
    if (!this.stopped) news.tell("outbox");
    return wait;
  }

  private async begin(left: number): Promise<void> {
    try {
      await this.round();
    } catch (error) {
      const anew = error instanceof SessionOver || error instanceof Restored;
      if (!anew || left <= 1) throw error;
      await this.begin(left - 1);
    }
  }

  private async round(): Promise<void> {
    const { db, wire, pace, news } = this.around;
    const [tablet, device] = await Promise.all([db.get("tablet", "tablet"), db.get("device", "device")]);
    if (!tablet || !device) return;
    const line = new Line(db, wire, device);

    this.setState({ kind: "running", step: "session", done: 0, total: 1 });
    await line.open();
    await pushAll(line, tablet, (done, total) => {
      this.setState({ kind: "running", step: "push", done, total });
      news.tell("outbox");
    });

    let revoked = tablet.revoked;
    if (!revoked) revoked = await this.endedBy(() => renewLeases(line));
    const broken = await this.uploadAll(line, pace);
    const cases = this.around.cases();
    if (!revoked && cases !== null) revoked = await this.endedBy(() => this.pull(line, cases));
    if (revoked || cases === null) await confirmByRepeat(line, tablet);
    if (broken !== null) throw broken;
  }

  /** Whether the answer to this step was that the office has ended the tablet. */
  private async endedBy(step: () => Promise<void>): Promise<boolean> {
    try {
      await step();
      return false;
    } catch (error) {
      if (!(error instanceof Refused) || !error.is("replica-revoked")) throw error;
      await this.revoke();
      return true;
    }
  }

  private async revoke(): Promise<void> {
    const { db } = this.around;
    await dropLeases(db, "all");
    await durably(db, ["tablet"], async (tx) => {
      const tablet: TabletRow | undefined = await tx.objectStore("tablet").get("tablet");
      if (tablet) await tx.objectStore("tablet").put({ ...tablet, revoked: true }, "tablet");
    });
    this.around.onRevoked();
    this.around.news.tell("tablet");
  }

  /** A line that breaks under the photos must not keep the tablet from pulling: the error comes back, to be thrown later. */
  private async uploadAll(line: Line, pace: Pace): Promise<LinkCut | ComeLater | null> {
    const files = await undelivered(line.db);
    const lines = new Map<string, UploadLine>(
      files.map(({ digest, offset, boxLength }) => [digest, { digest, sent: offset, length: boxLength }]),
    );
    const total = files.reduce((sum, file) => sum + file.boxLength, 0);
    const show = (): void => {
      const all = [...lines.values()];
      const done = all.reduce((sum, each) => sum + each.sent, 0);
      this.setUploads(all);
      this.setState({ kind: "running", step: "upload", done, total });
    };
    if (files.length > 0) show();
    try {
      await uploadAll(line, pace, (digest, sent) => {
        const known = lines.get(digest);
        if (known) lines.set(digest, { ...known, sent });
        show();
      });
      return null;
    } catch (error) {
      if (error instanceof LinkCut || error instanceof ComeLater) return error;
      throw error;
    } finally {
      this.around.news.tell("outbox");
    }
  }

  private async pull(line: Line, cases: Cases): Promise<void> {
    // How many cases a feed holds is known at its end only: no total.
    const show = (done: number): void => this.setState({ kind: "running", step: "pull", done, total: 0 });
    show(0);
    const said = await pullAll(line, cases, show);
    await clearOutbox(line, said);
    await fetchForms(line);
    this.around.news.tell("cases");
  }
}

/** A word that the screens have texts for; never what an item or a case says. */
function nameOf(error: unknown): string {
  if (error instanceof LinkCut) return "no-answer";
  if (error instanceof ComeLater) return "busy";
  if (error instanceof SessionOver) return "not-logged-in";
  if (error instanceof StorageFull) return "storage-full";
  if (error instanceof Refused) return error.problem.type.slice(PROBLEM.length);
  return "failed";
}
