/**
 * Who signs a statement, in which place, and what stands there when somebody does not.
 *
 * A blank is never an outcome: whoever does not sign is recorded with a reason. A household visit needs two
 * investigators; one alone can seal, and the office sees it.
 */

import type { Person } from "../field";
import type { StatementKind } from "../store/records";
import type { Outcome, SignOff } from "../sync/statement";

export const MAX_REASON = 500;
const NEEDED = 2;

/** The householder for visits, the informed person for interviews. */
export type OtherSlot = "householder" | "informant";

export interface OtherSigner {
  outcome: Outcome;
  reason: string;
  ink: string | null; // digest
}

export interface Attendance {
  signers: Person[]; // the first is the author
  /** Why there is no second investigator; "" when there is one. */
  missing: string;
}

export function otherSlot(kind: StatementKind): OtherSlot {
  return kind === "neighbour_interview" ? "informant" : "householder";
}

export function outcomesOf(slot: OtherSlot): Outcome[] {
  return slot === "informant"
    ? ["signed", "thumbprint", "declined", "anonymous"]
    : ["signed", "thumbprint", "guardian", "refused", "absent"];
}

export function writesInk(outcome: Outcome): boolean {
  return outcome === "signed" || outcome === "guardian" || outcome === "thumbprint";
}

/** Everything but plain signing, and staying anonymous, is explained. */
export function wantsReason(outcome: Outcome): outcome is Exclude<Outcome, "signed" | "anonymous"> {
  return outcome !== "signed" && outcome !== "anonymous";
}

export function needsSecond(attendance: Attendance): boolean {
  return attendance.signers.length < NEEDED;
}

/** The sign-offs in their order: investigators, whoever of them is missing, then the other side. */
export function signOffsOf(
  attendance: Attendance,
  people: readonly Person[],
  slot: OtherSlot,
  other: OtherSigner,
): SignOff[] {
  const signOffs: SignOff[] = attendance.signers.map(({ id, keyid }) => ({
    slot: "investigator",
    outcome: "signed",
    person: id,
    keyid,
  }));
  if (needsSecond(attendance)) {
    const absent = people.filter((person) => !attendance.signers.includes(person));
    const named = absent.length === 1 && absent[0] ? { person: absent[0].id } : {}; // of several nobody is meant
    signOffs.push({ slot: "investigator", outcome: "absent", ...named, reason: attendance.missing.trim() });
  }
  signOffs.push({
    slot,
    outcome: other.outcome,
    ...(other.ink ? { ink: other.ink } : {}),
    ...(wantsReason(other.outcome) ? { reason: other.reason.trim() } : {}),
  });
  return signOffs;
}
