/**
 * The tablet opens a session by signing for it, and carries its token from then on.
 *
 * Each signed request works once, so the counter is on the disk before it is signed: a crash between the two wastes a
 * number and nothing else.
 */

import { keyId, sign } from "../keys/signing";
import { changeContact } from "../store/cases";
import { NO_CONTACT, type Database, type DeviceRow } from "../store/db";
import { durably } from "../store/durable";
import { pae, SESSION_TYPE, toJson } from "../sync/envelope";
import { canonical } from "../sync/strictJson";
import { Refused, SessionOver, type Request, type Wire } from "./wire";

/** Requests under this tablet's session. */
export class Line {
  constructor(
    readonly db: Database,
    readonly wire: Wire,
    private readonly device: DeviceRow,
  ) {}

  /** Opens a session unless there is one. */
  async open(): Promise<void> {
    if ((await this.token()) !== null) return;
    let answer: { token: string };
    try {
      answer = await this.ask();
    } catch (error) {
      const used = error instanceof Refused && error.is("session-replayed") ? error.facts["used_up_to"] : null;
      if (typeof used !== "number") throw error;
      await this.countUp(used);
      answer = await this.ask();
    }
    await changeContact(this.db, { token: answer.token });
  }

  /** Throws LinkCut, ComeLater, SessionOver, Refused; a token that counts no more is forgotten. */
  async json<T>(request: Request): Promise<T> {
    return this.minding(async () => this.wire.json<T>(await this.signed(request)));
  }

  async text(request: Request): Promise<string> {
    return this.minding(async () => this.wire.text(await this.signed(request)));
  }

  async bytes(request: Request): Promise<Uint8Array> {
    return this.minding(async () => this.wire.bytes(await this.signed(request)));
  }

  /** What an upload carries beside its bytes. */
  async authorization(): Promise<string> {
    const token = await this.token();
    if (token === null) throw new SessionOver("no session");
    return `Bearer ${token}`;
  }

  async forgetToken(): Promise<void> {
    await changeContact(this.db, { token: null });
  }

  private async token(): Promise<string | null> {
    return (await this.db.get("contact", "contact"))?.token ?? null;
  }

  /** With the newest statement of this tablet, so that a gap shows before anything of it arrives. */
  private async signed(request: Request): Promise<Request> {
    const head = await this.db.get("head", "head");
    const headers: Record<string, string> = { ...request.headers, Authorization: await this.authorization() };
    if (head?.prev) headers["Ruhu-Head"] = `${head.seq} ${head.prev}`;
    return { ...request, headers };
  }

  private async minding<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof SessionOver) await this.forgetToken();
      throw error;
    }
  }

  private async ask(): Promise<{ token: string }> {
    const counter = await this.countUp(0);
    const payload = canonical({ replica: this.device.replica, counter });
    const sig = await sign(this.device.keys.privateKey, pae(SESSION_TYPE, payload));
    const signatures = [{ keyid: keyId(this.device.spki), sig }];
    return this.wire.json({
      method: "POST",
      path: "/sessions",
      body: asJson({ request: toJson({ payloadType: SESSION_TYPE, payload, signatures }) }),
    });
  }

  /** The next number, higher than `past` too. */
  private countUp(past: number): Promise<number> {
    return durably(this.db, ["contact"], async (tx) => {
      const contacts = tx.objectStore("contact");
      const contact = (await contacts.get("contact")) ?? NO_CONTACT;
      const counter = Math.max(contact.counter, past) + 1;
      await contacts.put({ ...contact, counter }, "contact");
      return counter;
    });
  }
}

export function asJson(value: unknown): { type: string; bytes: Uint8Array } {
  return { type: "application/json", bytes: new TextEncoder().encode(JSON.stringify(value)) };
}
