/**
 * What counts as a receipt: the pinned key's signature over exactly this statement. Nothing else ever marks a statement
 * as delivered.
 */

import { verify } from "../keys/signing";
import type { Booked } from "../store/outbox";
import type { ItemProblem, OutboxRow, TabletRow } from "../store/records";
import { fromJson, pae, RECEIPT_TYPE, type Envelope } from "../sync/envelope";
import { readReceipt } from "../sync/receipt";
import type { Json } from "../sync/strictJson";
import { PROBLEM } from "./wire";

/** What the server says of one pushed statement. */
export interface Verdict {
  status: "accepted" | "replayed" | "quarantined" | "refused";
  statement: string | null;
  receipt?: Json;
  held?: string[];
  owed?: string[];
  reason?: string;
  problem?: Record<string, unknown>;
}

/** The receipt as it can be booked, or null when the authority did not sign it for exactly these bytes. */
export async function verified(tablet: TabletRow, row: OutboxRow, verdict: Verdict): Promise<Booked | null> {
  const payload = await signedByAuthority(tablet, verdict.receipt, RECEIPT_TYPE);
  if (payload === null) return null;
  try {
    const said = readReceipt(payload);
    const about = said.statement === row.statement && said.digest === row.digest;
    if (!about || said.authority !== tablet.authority.id) return null;
    return {
      statement: row.statement,
      envelope: JSON.stringify(verdict.receipt),
      epoch: said.epoch,
      index: said.index,
      verdict: said.verdict === "accepted" ? "accepted" : "quarantined",
      receivedAt: said.receivedAt,
      reason: verdict.reason ?? null,
    };
  } catch {
    return null;
  }
}

/** The payload of an envelope that carries the receipt key's signature for this type, or null. */
export async function signedByAuthority(
  tablet: TabletRow,
  value: Json | undefined,
  type: string,
): Promise<Uint8Array | null> {
  let envelope: Envelope;
  try {
    envelope = fromJson(value ?? null);
  } catch {
    return null;
  }
  const { keyid, spki } = tablet.receiptKey;
  const signature = envelope.signatures.find((each) => each.keyid === keyid);
  if (envelope.payloadType !== type || signature === undefined) return null;
  return (await verify(spki, pae(type, envelope.payload), signature.sig)) ? envelope.payload : null;
}

export const UNVERIFIED: ItemProblem = {
  type: `${PROBLEM}receipt-unverified`,
  title: "回执无法核验",
  detail: "服务器的回执不是登记时的密钥所签。本条仍保存在本机。请联系县局。",
  status: 0,
  translations: {
    "zh-Hans": {
      title: "回执无法核验",
      detail: "服务器的回执不是登记时的密钥所签。本条仍保存在本机。请联系县局。",
    },
    en: {
      title: "The receipt does not verify",
      detail: "It is not signed by the key that this tablet enrolled with. The item stays here. Call the office.",
    },
  },
};
