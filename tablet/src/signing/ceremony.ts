/**
 * The way from a filled-in draft to a sealed statement: shown, signed by the household, fixed, signed by the
 * investigators, sealed.
 *
 * Before the first investigator signs, the bytes are fixed; each signature covers exactly those. When another window has
 * sealed a statement in the meantime, the bytes are made anew for the next place and everybody with a key signs again:
 * what the household has read is the same.
 */

import { withOffset } from "../capture/claims";
import { ChainMoved, type Field, type Person } from "../field";
import type { FormModel } from "../form/model";
import { readInstance } from "../form/reading";
import { sign } from "../keys/signing";
import type { DraftContent, Photo } from "../store/records";
import { canonicalText, type Json } from "../sync/strictJson";
import { pae, STATEMENT_TYPE, type Signature } from "../sync/envelope";
import type { Evidence, Outcome } from "../sync/statement";
import { refOf } from "./formFacts";
import { answerAt, withAnswer } from "./instance";
import { inkEvidence, mustBeAsShown, payloadOf, THUMBPRINT, type Place } from "./seal";
import { otherSlot, signOffsOf, type Attendance, type OtherSlot } from "./slots";

const VISIT_END = "visits.{statement}.end";
const INFORMANT_SIGNING = "interviews.{statement}.signing";
const MET = "visits.{statement}.met";

/** What the household's side leaves on the tablet. */
export type Handwriting = { kind: "ink"; bytes: Uint8Array } | { kind: "print"; photo: Photo } | null;

export interface HouseholdSigned {
  outcome: Outcome;
  reason: string;
  handwriting: Handwriting;
}

/** Bytes that no longer change, and who has signed them. */
export interface Fixed {
  payload: Uint8Array<ArrayBuffer>;
  place: Place;
  signatures: Signature[];
}

/** The draft is not what the household has read: another window has written it. */
export class ChangedElsewhere extends Error {}

type Tablet = Pick<Field, "tablet" | "people" | "openDraft" | "keepFile" | "nextPlace" | "unlockSigner" | "commit">;

export class Ceremony {
  readonly slot: OtherSlot;
  private readonly began = withOffset(new Date());
  private shown: { payload: Uint8Array; instance: string } | null = null;
  private fixing: {
    attendance: Attendance;
    household: HouseholdSigned;
    inks: Evidence[];
    ink: string | null;
  } | null = null;

  constructor(
    private readonly field: Tablet,
    private readonly draft: string,
    readonly content: DraftContent,
    private readonly filledIn: string,
    readonly model: FormModel,
  ) {
    this.slot = otherSlot(content.kind);
  }

  /** How the other side is likely to sign: as the form says, or not at all when nobody was met. */
  expected(): Outcome {
    const signing = this.answer(INFORMANT_SIGNING);
    if (signing === "signed" || signing === "thumbprint" || signing === "declined" || signing === "anonymous") {
      return signing;
    }
    return this.answer(MET) === "nobody" ? "absent" : "signed";
  }

  /** The statement as the household reads it. */
  async show(attendance: Attendance, outcome: Outcome): Promise<Uint8Array> {
    const instance = this.finished(outcome);
    const signOffs = signOffsOf(attendance, this.field.people, this.slot, { outcome, reason: "", ink: null });
    const place = await this.field.nextPlace();
    const payload = this.write(instance, attendance, place, signOffs, []);
    this.shown = { payload, instance };
    return payload;
  }

  /** Fixes the bytes that the investigators sign. Throws ChangedElsewhere, StorageFull. */
  async fix(attendance: Attendance, household: HouseholdSigned): Promise<Fixed> {
    const now = await this.field.openDraft(this.draft);
    if (!sameDraft(now, this.content)) throw new ChangedElsewhere("the draft has been written elsewhere");
    const { handwriting } = household;
    const inks: Evidence[] = [];
    let ink: string | null = null;
    if (handwriting?.kind === "ink") {
      ink = await this.field.keepFile(this.draft, handwriting.bytes);
      inks.push(inkEvidence(ink, handwriting.bytes.length, this.slot, withOffset(new Date())));
    } else if (handwriting?.kind === "print") {
      const { digest, length, mediaType, claims } = handwriting.photo;
      inks.push({ digest, length, mediaType, shot: THUMBPRINT, claims });
    }
    this.fixing = { attendance, household, inks, ink };
    return this.place();
  }

  /** Signs the fixed bytes with this person's key. Throws WrongPin. */
  async sign(fixed: Fixed, person: Person, pin: string): Promise<Fixed> {
    const key = await this.field.unlockSigner(person.id, pin);
    const sig = await sign(key, pae(STATEMENT_TYPE, fixed.payload));
    const others = fixed.signatures.filter(({ keyid }) => keyid !== person.keyid);
    return { ...fixed, signatures: [...others, { keyid: person.keyid, sig }] };
  }

  /** The statement's id; or the same statement at a new place, unsigned, when the chain has moved on. */
  async seal(fixed: Fixed): Promise<string | Fixed> {
    const { payload, signatures, place } = fixed;
    try {
      return await this.field.commit({ draft: this.draft, payload, signatures, writes: this.writes(place) });
    } catch (error) {
      if (!(error instanceof ChainMoved)) throw error;
      return this.place();
    }
  }

  private async place(): Promise<Fixed> {
    if (this.shown === null || this.fixing === null) throw new Error("nobody has read it yet");
    const { attendance, household, inks, ink } = this.fixing;
    const { outcome, reason } = household;
    const place = await this.field.nextPlace();
    const signOffs = signOffsOf(attendance, this.field.people, this.slot, { outcome, reason, ink });
    const payload = this.write(this.shown.instance, attendance, place, signOffs, inks);
    mustBeAsShown(this.shown.payload, payload);
    return { payload, place, signatures: [] };
  }

  private write(
    instance: string,
    attendance: Attendance,
    place: Place,
    signOffs: ReturnType<typeof signOffsOf>,
    handwriting: Evidence[],
  ): Uint8Array<ArrayBuffer> {
    const author = attendance.signers[0];
    if (author === undefined) throw new Error("a statement has an author");
    return payloadOf({
      draft: this.content,
      instance,
      authority: this.field.tablet.authority.id,
      author: author.id,
      place,
      wall: withOffset(new Date()),
      signOffs,
      handwriting,
    });
  }

  /** What the tablet shows of its own work afterwards; of an interview nothing. */
  private writes(place: Place): Parameters<Field["commit"]>[0]["writes"] {
    if (this.shown === null || this.slot === "informant") return [];
    const onScreen = new Set(Object.keys(this.content.seen));
    return readInstance(this.model, this.shown.instance, onScreen, `${place.replica}-${place.seq}`).answers;
  }

  /** The visit ends when signing begins, unless the form says when; an interview says how it was signed. */
  private finished(outcome: Outcome): string {
    const end = refOf(this.model, VISIT_END);
    const signing = refOf(this.model, INFORMANT_SIGNING);
    let instance = this.filledIn;
    if (end !== null && answerAt(instance, end) === "") instance = withAnswer(instance, end, this.began);
    return signing === null ? instance : withAnswer(instance, signing, outcome);
  }

  private answer(path: string): string | null {
    const ref = refOf(this.model, path);
    return ref === null ? null : answerAt(this.filledIn, ref);
  }
}

/** Where the person was on the form does not matter. */
function sameDraft(one: DraftContent, other: DraftContent): boolean {
  return said(one) === said(other);
}

function said(content: DraftContent): string {
  return canonicalText({ ...content, page: null } as unknown as Json);
}
