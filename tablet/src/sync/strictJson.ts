/**
 * JSON that means the same to everybody: what we read before we trust it, what we write before we hash it.
 *
 * Reading follows RFC 8259 and refuses what two parsers may understand differently: duplicate keys, fractions and
 * exponents, integers beyond 2^53-1, lone surrogates, nesting deeper than MAX_DEPTH. Writing gives the bytes of
 * RFC 8785 (JCS) for the values that reading admits, provided that object keys are ASCII, which every key of ours is.
 */

import { text, utf8 } from "./bytes";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export const MAX_DEPTH = 32;

export class UnreadableJson extends Error {}

/** The value that the bytes stand for. Throws UnreadableJson. */
export function parse(bytes: Uint8Array): Json {
  let source: string;
  try {
    source = text(bytes);
  } catch {
    throw new UnreadableJson("the bytes are not UTF-8");
  }
  return new Reader(source).whole();
}

/** The one way to write a value, for hashing, comparing and signing. Throws UnreadableJson for what `parse` refuses. */
export function canonical(value: Json): Uint8Array<ArrayBuffer> {
  return utf8(canonicalText(value));
}

export function canonicalText(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.keys(value)
      .toSorted(byUnits)
      .map((key) => `${JSON.stringify(key)}:${canonicalText(value[key] as Json)}`);
    return `{${members.join(",")}}`;
  }
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new UnreadableJson("not a whole number");
  // JSON.stringify would write an escape that no reader of ours takes: signed, and refused for ever.
  if (typeof value === "string" && !value.isWellFormed()) {
    throw new UnreadableJson("a string holds half of a surrogate pair");
  }
  return Object.is(value, -0) ? "0" : JSON.stringify(value);
}

/** By UTF-16 units, as RFC 8785 sorts keys; for ASCII the same as Python's order. */
export function byUnits(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

const BLANK = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)/y;
// oxlint-disable-next-line no-control-regex -- RFC 8259 forbids raw control characters in strings
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Record<string, string> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** JSON.parse keeps the last of two equal keys and rounds large numbers in silence, so it cannot be used here. */
class Reader {
  private at = 0;

  constructor(private readonly source: string) {}

  whole(): Json {
    const value = this.value(0);
    this.blank();
    if (this.at < this.source.length) throw this.fault("extra text");
    return value;
  }

  private value(depth: number): Json {
    this.blank();
    const next = this.source[this.at];
    if (next === "{" || next === "[") {
      if (depth >= MAX_DEPTH) throw new UnreadableJson(`nested deeper than ${MAX_DEPTH}`);
      return next === "{" ? this.object(depth + 1) : this.list(depth + 1);
    }
    if (next === '"') return this.string();
    for (const [word, meaning] of [
      ["null", null],
      ["true", true],
      ["false", false],
    ] as const) {
      if (this.source.startsWith(word, this.at)) {
        this.at += word.length;
        return meaning;
      }
    }
    return this.number();
  }

  private object(depth: number): Json {
    // Without a prototype: a key such as __proto__ is a key like any other.
    const members = Object.create(null) as { [key: string]: Json };
    this.at++;
    this.blank();
    if (this.takes("}")) return members;
    do {
      this.blank();
      if (this.source[this.at] !== '"') throw this.fault("a key is missing");
      const key = this.string();
      this.blank();
      if (!this.takes(":")) throw this.fault("':' is missing");
      if (key in members) throw new UnreadableJson("an object names the same key twice");
      members[key] = this.value(depth);
      this.blank();
    } while (this.takes(","));
    if (!this.takes("}")) throw this.fault("'}' is missing");
    return members;
  }

  private list(depth: number): Json {
    const items: Json[] = [];
    this.at++;
    this.blank();
    if (this.takes("]")) return items;
    do {
      items.push(this.value(depth));
      this.blank();
    } while (this.takes(","));
    if (!this.takes("]")) throw this.fault("']' is missing");
    return items;
  }

  private string(): string {
    let value = "";
    this.at++;
    for (;;) {
      value += this.match(PLAIN);
      const next = this.source[this.at];
      if (next === '"') break;
      if (next !== "\\") throw this.fault("a string does not end, or holds a control character");
      value += this.escape();
    }
    this.at++;
    if (!value.isWellFormed()) throw new UnreadableJson("a string holds half of a surrogate pair");
    return value;
  }

  private escape(): string {
    const kind = this.source[this.at + 1] ?? "";
    if (kind === "u") {
      const digits = this.source.slice(this.at + 2, this.at + 6);
      if (!/^[0-9A-Fa-f]{4}$/.test(digits)) throw this.fault("a broken \\u escape");
      this.at += 6;
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const meaning = ESCAPES[kind];
    if (meaning === undefined) throw this.fault("an unknown escape");
    this.at += 2;
    return meaning;
  }

  private number(): number {
    const digits = this.match(NUMBER);
    if (digits === "") throw this.fault("a value is missing");
    if (/[.eE]/.test(this.source[this.at] ?? "")) {
      throw new UnreadableJson("a number with a fraction or exponent; write it as a string");
    }
    const value = Number(digits);
    if (!Number.isSafeInteger(value)) throw new UnreadableJson("an integer beyond 2^53-1; write it as a string");
    return value === 0 ? 0 : value; // -0 is 0
  }

  private blank(): void {
    this.match(BLANK);
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.source)?.[0] ?? "";
    this.at += found.length;
    return found;
  }

  private takes(character: string): boolean {
    if (this.source[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private fault(what: string): UnreadableJson {
    return new UnreadableJson(`${what} at character ${this.at}`);
  }
}
