/**
 * A field that keeps every live value: nobody's answer is overwritten by somebody who had not seen it.
 *
 * Its live writes are those that no other write has in its `seen`. No clock takes part. `awaited` are dots that were
 * seen by a write and whose own statement has not arrived yet: they must not come to life when they come.
 */

import { compareDots, parseDot, type DotText } from "./dot";
import { canonicalText, type Json } from "./strictJson";

export type Value = null | boolean | number | string | string[];

/** One field set by one statement, and the dots that the writer had on screen for that field. */
export interface Write {
  dot: DotText;
  path: string;
  value: Value;
  seen: readonly DotText[];
}

/** One of a register's distinct live values, with every dot that stands for it. */
export interface Sibling {
  value: Value;
  dots: DotText[];
}

export class Register {
  constructor(
    readonly live: ReadonlyMap<DotText, Value> = new Map(),
    readonly awaited: ReadonlySet<DotText> = new Set(),
  ) {}

  /**
   * The register after one more write; `arrived` holds the statements folded in before this write's own. The caller
   * applies each statement once: `Case.apply` sees to duplicates.
   */
  apply(write: Write, arrived: ReadonlySet<string>): Register {
    const live = new Map(this.live);
    for (const dot of write.seen) live.delete(dot);
    if (!this.awaited.has(write.dot)) live.set(write.dot, write.value);
    const awaited = new Set(this.awaited);
    for (const dot of write.seen) if (!arrived.has(parseDot(dot).statement)) awaited.add(dot);
    awaited.delete(write.dot);
    return new Register(live, awaited);
  }

  /** Nothing of this statement is awaited any more: it is here, whether or not it wrote this field. */
  arrived(statement: string): Register {
    return new Register(this.live, new Set([...this.awaited].filter((dot) => parseDot(dot).statement !== statement)));
  }

  /** The distinct live values in canonical order; equal values written apart are one, with two sources. */
  get siblings(): Sibling[] {
    // Canonical text, not JavaScript equality: "1" == 1 would hide a conflict.
    const found = new Map<string, Sibling>();
    for (const [dot, value] of this.live) {
      const key = canonicalText(value as Json);
      const known = found.get(key);
      if (known) known.dots.push(dot);
      else found.set(key, { value, dots: [dot] });
    }
    return [...found]
      .toSorted(([one], [other]) => compareBytes(one, other))
      .map(([, sibling]) => ({ value: sibling.value, dots: sibling.dots.toSorted(compareDots) }));
  }

  /** More than one distinct live value: it waits for a person with the authority to decide. */
  get inConflict(): boolean {
    return this.live.size > 1 && this.siblings.length > 1;
  }

  /** The one value, or null when nothing is known; ask `inConflict` first. */
  get settled(): Value {
    const siblings = this.siblings;
    return siblings.length === 1 && siblings[0] ? siblings[0].value : null;
  }
}

/** By the UTF-8 bytes of two texts, which is their order by code point; JavaScript compares UTF-16 units. */
export function compareBytes(one: string, other: string): number {
  const a = [...one];
  const b = [...other];
  for (let at = 0; at < a.length && at < b.length; at++) {
    const difference = (a[at]?.codePointAt(0) ?? 0) - (b[at]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
