/**
 * Reads a filled-in form: each answer becomes a value for a field of the case, by the form's own bindings.
 *
 * A question that was asked and answered writes its value, also when that is the old one. A question left blank where a
 * value was on screen writes null. A question that was not asked, its node is absent, writes nothing. An entry that was
 * on screen and is gone writes that it is no longer listed. The same reading as the server's
 * `schemas/forms/instance.py`, held to the same vectors.
 */

import { sha256 } from "@noble/hashes/sha2.js";
import { toHex, utf8 } from "../sync/bytes";
import type { Value } from "../sync/register";
import { byUnits } from "../sync/strictJson";
import { parseAnswer, UnparsableAnswer } from "./answers";
import { fillPath, isMasked, parseXml, type Binding, type Collection, type FormModel } from "./model";

export interface Answer {
  path: string;
  value: Value;
}

/** A photo or ink that the form names, and the entry it belongs to (members.<id>). */
export interface Shot {
  kind: string;
  file: string;
  entry: string | null;
}

/** `answers` sorted by field path, each path once; `shots` in the order of the form. */
export interface Reading {
  answers: Answer[];
  shots: Shot[];
}

export class InstanceUnreadable extends Error {}

const KEY = /^[0-9a-f]{8,32}$/;
const FILE = /^[0-9a-f]{64}\.[a-z0-9]{1,8}$/;
const JAVAROSA = "http://openrosa.org/javarosa";

/**
 * `onScreen` holds the field paths whose values the writer had before them, `statement` is the id of the statement that
 * carries the form. Throws InstanceUnreadable, FormUnreadable.
 */
export function readInstance(
  model: FormModel,
  instance: string,
  onScreen: ReadonlySet<string>,
  statement: string,
): Reading {
  const root = parseXml(instance).documentElement;
  if (root.getAttribute("id") !== model.form || root.getAttribute("version") !== model.version) {
    throw new InstanceUnreadable("filled in with another form or version");
  }
  const walk = new Walk(model, onScreen, statement);
  walk.group(root, "/data", statement, null);
  walk.delist();
  return {
    answers: [...walk.answers].map(([path, value]) => ({ path, value })).toSorted((a, b) => byUnits(a.path, b.path)),
    shots: walk.shots,
  };
}

/** One pass over one filled-in form. */
class Walk {
  readonly answers = new Map<string, Value>();
  readonly shots: Shot[] = [];
  private readonly visited = new Set<string>();
  private readonly present = new Map<string, Set<string>>();
  private readonly known: Set<string>;

  constructor(
    private readonly model: FormModel,
    private readonly onScreen: ReadonlySet<string>,
    private readonly statement: string,
  ) {
    // Every node of the form, groups too: what the form does not know is not read.
    this.known = new Set(model.bindings.flatMap(({ ref }) => outwards(ref)));
  }

  /** Everything inside a group, a repeat's entry or the form itself; `key` fills the open part of paths. */
  group(element: Element, ref: string, key: string, entry: string | null): void {
    this.visited.add(ref);
    const asked = new Set<string>();
    for (const inner of element.children) {
      const place = `${ref}/${inner.localName}`;
      if (!this.known.has(place)) continue;
      const repeated = this.model.bindings.some(({ repeat }) => repeat === place);
      if (repeated) {
        this.entry(inner, place);
      } else if (!asked.has(place)) {
        asked.add(place);
        const binding = this.model.byRef.get(place);
        if (binding) this.question(inner, binding, key, entry);
        else this.group(inner, place, key, entry);
      }
    }
  }

  /** Entries that were on screen and are gone; where nobody came to the group around them, nothing is said. */
  delist(): void {
    for (const { ref, prefix } of this.model.collections) {
      if (!this.visited.has(ref.slice(0, ref.lastIndexOf("/")))) continue;
      const present = this.present.get(ref) ?? new Set();
      for (const path of this.onScreen) {
        if (!path.startsWith(prefix) || !path.endsWith(".listed")) continue;
        const key = path.slice(prefix.length, -".listed".length);
        if (!present.has(key) && KEY.test(key)) this.answers.set(path, false);
      }
    }
  }

  private question(element: Element, binding: Binding, key: string, entry: string | null): void {
    if (binding.isKey) return;
    const text = ownText(element);
    if (binding.shot !== null) {
      if (FILE.test(text)) this.shots.push({ kind: binding.shot, file: text, entry });
      return;
    }
    if (binding.path === null) return;
    const path = fillPath(binding.path, key);
    if (text === "") {
      if (this.onScreen.has(path)) this.answers.set(path, null);
      return;
    }
    // Tablets hold these numbers masked. A mask that comes back must not replace the number behind it.
    if (text.includes("•") && isMasked(binding)) return;
    try {
      const codes = binding.choices.map((choice) => choice.code);
      this.answers.set(path, parseAnswer(binding.type, codes, binding.sensitivity, text));
    } catch (error) {
      if (!(error instanceof UnparsableAnswer)) throw error;
      this.answers.set(path, text);
    }
  }

  /** One entry of a repeat. One that nobody filled in and that was not there before is no entry. */
  private entry(element: Element, ref: string): void {
    if (element.hasAttributeNS(JAVAROSA, "template")) return;
    const collection = this.model.collections.find((each) => each.ref === ref);
    if (!collection) {
      this.group(element, ref, this.statement, null);
      return;
    }
    const { key, answered } = contentOf(element, collection);
    const present = this.present.get(ref) ?? new Set();
    this.present.set(ref, present);
    if (!answered && !this.onScreen.has(`${collection.prefix}${key}.listed`)) return;
    let id = key;
    if (!KEY.test(key) || present.has(key)) {
      // The same statement must give the same id each time it is read, so it cannot be a random one.
      id = toHex(sha256(utf8(`${this.statement}|${ref}|${present.size}`))).slice(0, 16);
    }
    present.add(id);
    this.answers.set(`${collection.prefix}${id}.listed`, true);
    this.group(element, ref, id, `${collection.prefix}${id}`);
  }
}

function contentOf(element: Element, collection: Collection): { key: string; answered: boolean } {
  let key = "";
  let answered = false;
  for (const inner of element.children) {
    if (inner.localName === collection.key) key = ownText(inner);
    else answered ||= (inner.textContent ?? "").trim() !== "";
  }
  return { key, answered };
}

/** The text before any child element. */
function ownText(element: Element): string {
  const first = element.firstChild;
  return first !== null && first.nodeType === Node.TEXT_NODE ? (first.textContent ?? "").trim() : "";
}

function outwards(ref: string): string[] {
  const found: string[] = [];
  for (let at = ref; at.includes("/", 1); at = at.slice(0, at.lastIndexOf("/"))) found.push(at);
  return found;
}
