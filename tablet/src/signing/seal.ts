/**
 * From a draft to the bytes that people sign.
 *
 * What the household reads and what the investigators sign are two payloads: the second also holds the household's ink.
 * All else that anybody vouches for is the same in both, and that is checked, not assumed.
 */

import { INK_TYPE } from "../capture/ink";
import type { DraftContent, Photo } from "../store/records";
import { sameBytes } from "../sync/bytes";
import { readPayload, writePayload, type Evidence, type SignOff, type Statement } from "../sync/statement";

/** This tablet's next place in its chain, and its clocks (`Field.nextPlace`). */
export interface Place {
  seq: number;
  prev: string | null;
  replica: string;
  monotonicMs: number;
  boot: string;
}

export interface ToSeal {
  draft: DraftContent;
  instance: string; // as it will be signed
  authority: string;
  author: string;
  place: Place;
  wall: string;
  signOffs: SignOff[];
  /** Ink, or the photo of a thumbprint. */
  handwriting: Evidence[];
}

/** The shot of a photographed thumbprint. Ink is `ink:<slot>`. */
export const THUMBPRINT = "thumbprint";

export class ShownOtherwise extends Error {}

export function payloadOf(sealing: ToSeal): Uint8Array<ArrayBuffer> {
  const { draft, place } = sealing;
  const statement: Statement = {
    id: `${place.replica}-${place.seq}`,
    kind: draft.kind,
    authority: sealing.authority,
    replica: place.replica,
    seq: place.seq,
    prev: place.prev,
    author: sealing.author,
    held: draft.held,
    made: { wall: sealing.wall, monotonicMs: Math.round(place.monotonicMs), boot: place.boot },
    case: draft.case,
    village: draft.village,
    form: draft.form,
    formVersion: draft.version,
    instance: sealing.instance,
    // Whoever interviews a neighbour has nothing of the household's file on screen.
    seen: draft.kind === "neighbour_interview" ? {} : draft.seen,
    evidence: [...photosOf(draft.photos, sealing.instance), ...sealing.handwriting],
    signOffs: sealing.signOffs,
  };
  return writePayload(statement);
}

/**
 * The photos that the form names, in the form's order. A photo whose question is not asked any more, or that was taken
 * again, stays behind.
 */
export function photosOf(photos: readonly Photo[], instance: string): Evidence[] {
  return photos
    .map((photo) => ({ photo, at: instance.indexOf(photo.digest) }))
    .filter(({ photo, at }) => at >= 0 && !isHandwriting(photo.shot))
    .toSorted((one, other) => one.at - other.at)
    .map(({ photo: { digest, length, mediaType, shot, claims } }) => ({ digest, length, mediaType, shot, claims }));
}

export function inkEvidence(digest: string, length: number, slot: string, clock: string): Evidence {
  return { digest, length, mediaType: INK_TYPE, shot: `ink:${slot}`, claims: { clock } };
}

function isHandwriting(shot: string): boolean {
  return shot === THUMBPRINT || shot.startsWith("ink:");
}

/**
 * Throws ShownOtherwise unless all that was read before signing is, byte for byte, in what is signed. Only the ink and
 * the reason, which are given after reading, and the place in the tablet's chain may be others.
 */
export function mustBeAsShown(shown: Uint8Array, signed: Uint8Array): void {
  if (!sameBytes(readBefore(shown), readBefore(signed))) {
    throw new ShownOtherwise("the statement is not the one that was shown");
  }
}

function readBefore(payload: Uint8Array): Uint8Array {
  const statement = readPayload(payload);
  return writePayload({
    ...statement,
    id: statement.replica,
    seq: 0,
    prev: null,
    made: { wall: "", monotonicMs: 0, boot: "" },
    evidence: statement.evidence.filter((item) => !isHandwriting(item.shot)),
    signOffs: statement.signOffs.map((signOff) => ({ ...signOff, ink: "", reason: "" })),
  });
}
