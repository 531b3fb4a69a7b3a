/** A tablet in a test's hand: enrolled at a real county, it seals visits as the signing screen does. */

import { Installation } from "../src/installation";
import type { Pace } from "../src/contact/pace";
import type { Field } from "../src/field";
import { sign } from "../src/keys/signing";
import type { StatementKind } from "../src/store/records";
import { fromBase64, toHex } from "../src/sync/bytes";
import { pae, STATEMENT_TYPE } from "../src/sync/envelope";
import { writePayload, type Statement } from "../src/sync/statement";
import type { CountyServer } from "./countyServer";

export const PIN = "246810";

export const BRISK: Pace = {
  stall: 4_000,
  uploadRetries: [20, 50, 100],
  firstWait: 3_600_000, // a test says itself when there is contact
  longestWait: 3_600_000,
  rest: 3_600_000,
  uploadsAtOnce: 3,
  piece: 64 * 1024,
};

export interface VisitAsked {
  kind?: StatementKind;
  case?: string;
  householder?: string;
  photos?: number;
  side?: number; // of a photo, in pixels
}

let photoSeed = 0;

export function newCase(): string {
  return toHex(crypto.getRandomValues(new Uint8Array(16)));
}

export class HandTablet {
  private constructor(
    readonly county: CountyServer,
    readonly name: string,
    readonly installation: Installation,
    public field: Field,
  ) {}

  static async enrolled(county: CountyServer, url: string = county.url, person = "zhang"): Promise<HandTablet> {
    const name = `tablet-${toHex(crypto.getRandomValues(new Uint8Array(6)))}`;
    const installation = await Installation.at(url, name, BRISK);
    const field = await installation.enrol(await county.code(person), "test tablet", PIN, false);
    const tablet = new HandTablet(county, name, installation, field);
    await tablet.contact();
    return tablet;
  }

  /** The battery is pulled and the app started again at the same database. */
  async restarted(url: string): Promise<HandTablet> {
    await this.installation.close();
    const installation = await Installation.at(url, this.name, BRISK);
    return new HandTablet(this.county, this.name, installation, await installation.unlock(this.field.me.id, PIN));
  }

  /** Waits for the rounds under way, and for one more. */
  async contact(): Promise<void> {
    await this.installation.rounds.sync();
    await this.settled();
  }

  /** Until the screens have read what is in the database. */
  async settled(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }

  async close(): Promise<void> {
    await this.installation.close();
  }

  /** The statement's id. */
  async visit(asked: VisitAsked = {}): Promise<string> {
    const { field } = this;
    const kind = asked.kind ?? "household_visit";
    const caseId = asked.case ?? newCase();
    const form = kind === "neighbour_interview" ? "neighbour_interview" : "household_visit";
    const householder = asked.householder ?? "王大山";
    const answers = kind === "neighbour_interview" ? {} : { household: { householder_name: householder } };
    const { instance, version } = await this.county.order<{ instance: string; version: string }>("instance", {
      form_id: form,
      answers,
    });
    const view = await field.view(caseId);
    const draft = await field.beginDraft({
      kind,
      case: caseId,
      village: "n1",
      form,
      version,
      instance,
      seen: view.seen,
      onScreen: view.onScreen,
      disputed: view.disputed,
      held: view.ledgerSize,
      photos: [],
      startedAt: "2026-03-02T09:30:00+08:00",
      page: null,
    });
    const evidence: Statement["evidence"] = [];
    for (let n = 0; n < (asked.photos ?? 0); n += 1) {
      const bytes = fromBase64(
        (await this.county.order<{ photo: string }>("photo", { side: asked.side ?? 64, seed: (photoSeed += 1) }))
          .photo,
      );
      const digest = await field.keepFile(draft, bytes);
      evidence.push({ digest, length: bytes.length, mediaType: "image/jpeg", shot: "door", claims: {} });
    }
    const place = await field.nextPlace();
    const { keyid } = field.me;
    const payload = writePayload({
      id: `${place.replica}-${place.seq}`,
      kind,
      authority: field.tablet.authority.id,
      replica: place.replica,
      seq: place.seq,
      prev: place.prev,
      author: field.me.id,
      held: view.ledgerSize,
      made: { wall: "2026-03-02T09:30:00+08:00", monotonicMs: place.monotonicMs, boot: place.boot },
      case: caseId,
      village: "n1",
      form,
      formVersion: version,
      instance,
      seen: kind === "neighbour_interview" ? {} : view.seen,
      evidence,
      signOffs: [{ slot: "investigator", outcome: "signed", person: field.me.id, keyid }],
    });
    const key = await field.unlockSigner(field.me.id, PIN);
    const signatures = [{ keyid, sig: await sign(key, pae(STATEMENT_TYPE, payload)) }];
    const writes = [{ path: "household.householder_name", value: householder }];
    return field.commit({ draft, payload, signatures, writes: kind === "neighbour_interview" ? [] : writes });
  }
}
