/**
 * A case as this tablet's screen shows it: registers as pulled, and the tablet's own work on top until a pull has
 * brought it back.
 *
 * A sibling is one value and the dots that stand for it. Two masked numbers may look alike and differ, so siblings as
 * pulled are never joined.
 */

import type { CaseView } from "../field";
import { canonical, type Json } from "../sync/strictJson";
import type { Value, Write } from "../sync/register";
import type { HeldCase } from "./records";

export type Siblings = { value: Value; dots: string[] }[];

/** A statement of this tablet's own. `index` is its place in the ledger, once a receipt has said so. */
export interface OwnWork {
  statement: string;
  seq: number;
  case: string;
  village: string;
  writes: Write[];
  index: number | null;
  waits: boolean; // in quarantine: it is no part of the case
}

/** Interviews never reach a tablet; what visits, other offices and a join of two cases record is on no form. */
const NOT_SHOWN = ["interviews.", "visits.", "checks.", "joined."];

/** Whether the case as pulled holds this work already. */
export function isPulled(work: OwnWork, held: HeldCase | null): boolean {
  return held !== null && work.index !== null && work.index <= held.changed;
}

/** Every register of the case, by field path, those of the visits themselves too. */
export function registersOf(held: HeldCase | null, own: readonly OwnWork[]): Map<string, Siblings> {
  const registers = new Map<string, Siblings>(held === null ? [] : Object.entries(held.registers));
  for (const work of own.toSorted((a, b) => a.seq - b.seq)) {
    if (work.waits || isPulled(work, held)) continue;
    for (const write of work.writes) {
      if (!write.path.startsWith("interviews.")) registers.set(write.path, written(registers.get(write.path), write));
    }
  }
  return registers;
}

/** What the survey form shows, and the dots that whoever looks at it has seen. */
export function viewOf(held: HeldCase | null, own: readonly OwnWork[], ledgerSize: number): CaseView {
  const view: CaseView = { held, onScreen: {}, seen: {}, disputed: {}, ledgerSize };
  for (const [path, siblings] of registersOf(held, own)) {
    const [first] = siblings;
    if (first === undefined || NOT_SHOWN.some((prefix) => path.startsWith(prefix))) continue;
    view.onScreen[path] = first.value;
    view.seen[path] = siblings.flatMap((sibling) => sibling.dots);
    if (siblings.length > 1) view.disputed[path] = siblings.map((sibling) => sibling.value);
  }
  return view;
}

/** The siblings after one more write: what it had seen is superseded, equal values are one with two sources. */
function written(before: Siblings = [], write: Write): Siblings {
  const seen = new Set<string>(write.seen);
  const live = before
    .map((sibling) => ({ value: sibling.value, dots: sibling.dots.filter((dot) => !seen.has(dot)) }))
    .filter((sibling) => sibling.dots.length > 0);
  const key = order(write.value);
  const same = live.find((sibling) => order(sibling.value) === key);
  if (same) same.dots.push(write.dot);
  else live.push({ value: write.value, dots: [write.dot] });
  return live.toSorted((a, b) => (order(a.value) < order(b.value) ? -1 : order(a.value) > order(b.value) ? 1 : 0));
}

/** The canonical bytes, one character a byte: `1` and `true` are two values, and bytes sort as on the server. */
function order(value: Value): string {
  return String.fromCharCode(...canonical(value as Json));
}

/** A case as the wire shows it: a sibling is [value, statement number, write number, …]. */
export interface ShownCase {
  id: string;
  hash: string;
  village: string;
  changed: number;
  statements: string[];
  registers: Record<string, unknown[][]>;
}

export function readShown(shown: ShownCase): Omit<HeldCase, "statements" | "tasks"> {
  const registers: HeldCase["registers"] = {};
  for (const [path, siblings] of Object.entries(shown.registers)) {
    registers[path] = siblings.map(([value, ...numbers]) => {
      const dots: string[] = [];
      for (let at = 0; at + 1 < numbers.length; at += 2) {
        dots.push(`${shown.statements[numbers[at] as number]}:${numbers[at + 1] as number}`);
      }
      return { value: value as Value, dots };
    });
  }
  return { id: shown.id, hash: shown.hash, village: shown.village, changed: shown.changed, registers };
}
