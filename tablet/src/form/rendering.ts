/**
 * A statement as people read it before they sign, from the exact bytes that are signed: nothing here comes from the
 * draft or the form engine.
 */

import type { Value } from "../sync/register";
import { readPayload } from "../sync/statement";
import { language, words } from "../words";
import { formWords } from "../words/form";
import { parseAnswer, UnparsableAnswer } from "./answers";
import { fillPath, isMasked, parseXml, type Binding, type Collection, type FormModel, type Labels } from "./model";
import { shownValue } from "./shown";

const say = words(formWords);

export interface Row {
  label: string;
  text: string; // "" for a question that was left blank
  changedFrom?: string; // what was on file before, where that is another value
}

export interface Section {
  title: string;
  rows: Row[];
}

/** The text of the shot questions is the file's name, of which eight digits are enough to compare. */
const DIGITS = 8;
const SECRET = "•";
const VILLAGE = "place.village";

/**
 * Section by section, entry by entry, in the order of the form. `before` are the values that were on screen, by field
 * path. Throws UnreadableStatement, FormUnreadable.
 */
export function renderStatement(
  model: FormModel,
  payload: Uint8Array,
  before: Readonly<Record<string, Value>> = {},
  regionName: (id: string) => string = (id) => id,
): Section[] {
  const root = parseXml(readPayload(payload).instance).documentElement;
  const speech = language();
  const names = memberNames(model, root);
  const hasFile = Object.keys(before).length > 0;
  const sections: Section[] = [];

  const section = (title: string): Section => {
    const last = sections.at(-1);
    if (last?.title === title) return last;
    const fresh = { title, rows: [] };
    sections.push(fresh);
    return fresh;
  };

  const nameOf = (id: string) => {
    const was = before[`members.${id}.name`];
    return names.get(id) || (typeof was === "string" ? was : id);
  };

  const walk = (element: Element, ref: string, entry: { id: string; title: string } | null): void => {
    const present = new Set<string>();
    for (const inner of element.children) {
      const place = `${ref}/${inner.localName}`;
      const binding = model.byRef.get(place);
      if (binding) {
        if (binding.isKey) continue;
        const title = entry?.title ?? binding.section[speech];
        section(title).rows.push(row(binding, (inner.textContent ?? "").trim(), entry?.id ?? ""));
        continue;
      }
      const collection = model.collections.find((each) => each.ref === place);
      if (collection === undefined) {
        walk(inner, place, entry);
        continue;
      }
      const id = textOfChild(inner, collection.key);
      const isKnown = `${collection.prefix}${id}.listed` in before;
      // An entry that nobody filled in and that is not on file is no entry.
      if (!isKnown && (inner.textContent ?? "").trim() === id) continue;
      present.add(`${collection.prefix}${id}`);
      const name = names.get(id) || nameBefore(collection, `${collection.prefix}${id}`);
      const title = entryTitle(collection.labels, name, inner, element);
      walk(inner, place, { id, title: isKnown || !hasFile ? title : title + say("added") });
    }
    for (const collection of model.collections) {
      if (collection.ref.slice(0, collection.ref.lastIndexOf("/")) === ref) gone(collection, present);
    }
  };

  /** What was on the list before and is on it no more. */
  const gone = (collection: Collection, present: ReadonlySet<string>): void => {
    for (const [path, listed] of Object.entries(before)) {
      const entry = path.slice(0, -".listed".length);
      if (listed !== true || !path.startsWith(collection.prefix) || !path.endsWith(".listed")) continue;
      if (present.has(entry)) continue;
      const title = `${collection.labels[speech]} · ${nameBefore(collection, entry)}`;
      section(title).rows.push({ label: say("standing"), text: say("gone"), changedFrom: say("listed") });
    }
  };

  /** What an entry was called: its name, else what kind of thing it was. */
  const nameBefore = (collection: Collection, entry: string): string => {
    const name = before[`${entry}.name`];
    if (typeof name === "string" && name !== "") return name;
    const id = entry.slice(collection.prefix.length);
    return model.bindings
      .filter(({ repeat, type }) => repeat === collection.ref && (type === "choice" || type === "member"))
      .map((binding) => shownValue(binding, before[fillPath(binding.path ?? "", id)] ?? null, speech, nameOf))
      .filter((words) => words !== "")
      .slice(0, 2)
      .join(" · ");
  };

  const row = (binding: Binding, text: string, key: string): Row => {
    const label = binding.labels[speech];
    if (binding.shot !== null) return { label, text: text.slice(0, DIGITS) };
    if (binding.path === VILLAGE) return { label, text: regionName(text) };
    const value = valueOf(binding, text);
    const shown = isMasked(binding) && text !== "" ? covered(text) : shownValue(binding, value, speech, nameOf);
    const path = binding.path === null ? null : fillPath(binding.path, key);
    if (path === null || !(path in before) || isMasked(binding)) return { label, text: shown };
    const was = shownValue(binding, before[path] ?? null, speech, nameOf);
    return was === shown ? { label, text: shown } : { label, text: shown, changedFrom: was };
  };

  const entryTitle = (labels: Labels, name: string, element: Element, parent: Element): string => {
    const position = [...parent.children].filter((each) => each.localName === element.localName).indexOf(element) + 1;
    return `${labels[speech]} · ${name || position}`;
  };

  walk(root, "/data", null);
  return sections;
}

function valueOf(binding: Binding, text: string): Value {
  if (text === "") return null;
  try {
    const codes = binding.choices.map((choice) => choice.code);
    return parseAnswer(binding.type, codes, binding.sensitivity, text);
  } catch (error) {
    if (error instanceof UnparsableAnswer) return text;
    throw error;
  }
}

/** People stand around while a statement is read: of a number only the ends are shown. */
function covered(number: string): string {
  if (number.includes(SECRET)) return number;
  if (number.length < 8) return SECRET.repeat(number.length);
  return number.slice(0, 3) + SECRET.repeat(number.length - 7) + number.slice(-4);
}

function memberNames(model: FormModel, root: Element): Map<string, string> {
  const names = new Map<string, string>();
  for (const { ref, key, prefix } of model.collections) {
    if (prefix !== "members.") continue;
    const name =
      model.bindings
        .find(({ path }) => path === `members.{${key}}.name`)
        ?.ref.split("/")
        .at(-1) ?? "";
    for (const entry of root.getElementsByTagName(ref.slice(ref.lastIndexOf("/") + 1))) {
      names.set(textOfChild(entry, key), textOfChild(entry, name));
    }
  }
  return names;
}

function textOfChild(element: Element, name: string): string {
  return ([...element.children].find((each) => each.localName === name)?.textContent ?? "").trim();
}
