/**
 * One household's file: a fold over the statements that people have signed about it (一户一档).
 *
 * Any order, batching or duplication of deliveries gives the same case, byte for byte. `document` is those bytes.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { toHex } from "./bytes";
import { compareDots, parseDot } from "./dot";
import { compareBytes, Register, type Value, type Write } from "./register";
import { canonical, type Json } from "./strictJson";

const EMPTY = new Register();

export class Case {
  constructor(
    readonly statements: ReadonlySet<string> = new Set(),
    readonly registers: ReadonlyMap<string, Register> = new Map(),
    readonly villages: ReadonlySet<string> = new Set(),
  ) {}

  /** The case after one more statement; a statement that it already holds changes nothing. */
  apply(statement: string, writes: Iterable<Write>, village: string | null = null): Case {
    if (this.statements.has(statement)) return this;
    const registers = new Map(this.registers);
    for (const write of writes) {
      registers.set(write.path, (registers.get(write.path) ?? EMPTY).apply(write, this.statements));
    }
    for (const [path, register] of registers) {
      if ([...register.awaited].some((dot) => parseDot(dot).statement === statement)) {
        registers.set(path, register.arrived(statement));
      }
    }
    const villages = village === null ? this.villages : new Set([...this.villages, village]);
    return new Case(new Set([...this.statements, statement]), registers, villages);
  }

  get(path: string): Register {
    return this.registers.get(path) ?? EMPTY;
  }

  /** The paths that have more than one distinct live value, sorted. */
  get conflicts(): string[] {
    return [...this.registers]
      .filter(([, register]) => register.inConflict)
      .map(([path]) => path)
      .toSorted(compareBytes);
  }

  /** The region that the case lies in; while that is disputed, the same candidate on every machine. */
  get village(): string | null {
    const named = this.get("place.village")
      .siblings.map((sibling) => sibling.value)
      .find((value) => typeof value === "string");
    return named ?? [...this.villages].toSorted(compareBytes)[0] ?? null;
  }

  /** The ids of a keyed collection's entries that are listed, or whose listing is disputed, sorted. */
  entries(collection: string): string[] {
    const prefix = `${collection}.`;
    const suffix = ".listed";
    return [...this.registers]
      .filter(([path, register]) => path.startsWith(prefix) && path.endsWith(suffix) && hasTrue(register))
      .map(([path]) => path.slice(prefix.length))
      .map((rest) => (rest.endsWith(suffix) ? rest.slice(0, -suffix.length) : rest))
      .toSorted(compareBytes);
  }

  /** The canonical bytes of the case; equal bytes mean equal cases. */
  document(): Uint8Array<ArrayBuffer> {
    const registers: { [key: string]: Json } = {};
    for (const [path, register] of this.registers) {
      const entry: { [key: string]: Json } = { live: Object.fromEntries(register.live) };
      if (register.awaited.size > 0) entry["awaited"] = [...register.awaited].toSorted(compareDots);
      registers[path] = entry;
    }
    return canonical({
      statements: [...this.statements].toSorted(compareBytes),
      registers,
      villages: [...this.villages].toSorted(compareBytes),
    });
  }

  /** What both sides compare to know that they hold the same case: hex SHA-256 of its document. */
  hash(): string {
    return toHex(sha256(this.document()));
  }
}

/** The settled value of a field, or null. */
export function valueOf(held: Case, path: string): Value {
  return held.get(path).settled;
}

function hasTrue(register: Register): boolean {
  return [...register.live.values()].some((value) => value === true);
}
