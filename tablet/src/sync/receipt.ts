/** What the server gives back for a statement: a promise that it is held, and where it stands in the ledger. */

import { parse, type Json } from "./strictJson";

/** `index` is the ledger position (from 0), `leaf` the hex hash there; times are RFC 3339. */
export interface Receipt {
  authority: string;
  epoch: string;
  statement: string;
  digest: string;
  index: number;
  leaf: string;
  verdict: string;
  receivedAt: string;
  held: string[];
  owed: string[];
}

export class UnreadableReceipt extends Error {}

/** The receipt in these bytes. Throws UnreadableReceipt or UnreadableJson. */
export function readReceipt(payload: Uint8Array): Receipt {
  const data = object(parse(payload));
  const evidence = object(data["evidence"]);
  const index = data["index"];
  if (typeof index !== "number") throw new UnreadableReceipt("index is a number");
  return {
    authority: string(data["authority"]),
    epoch: string(data["epoch"]),
    statement: string(data["statement"]),
    digest: string(data["digest"]),
    index,
    leaf: string(data["leaf"]),
    verdict: string(data["verdict"]),
    receivedAt: string(data["received_at"]),
    held: strings(evidence["held"]),
    owed: strings(evidence["owed"]),
  };
}

function object(value: Json | undefined): { [key: string]: Json } {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new UnreadableReceipt("a receipt is an object");
  }
  return value;
}

function string(value: Json | undefined): string {
  if (typeof value !== "string") throw new UnreadableReceipt("a text is missing");
  return value;
}

function strings(value: Json | undefined): string[] {
  if (!Array.isArray(value)) throw new UnreadableReceipt("a list is missing");
  return value.map(string);
}
