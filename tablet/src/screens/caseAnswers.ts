/**
 * A household's answers laid out as people read them: section by section, entry by entry, as the form has them.
 *
 * What only one visit says of itself (when, whom it met) is shown of the last visit alone.
 */

import type { CaseView } from "../field";
import type { HeldCase } from "../store/records";
import type { Value } from "../sync/register";

/** A question as the form words it; of `members.{member_id}.name` the middle part stands for any entry. */
export interface Question {
  path: string;
  section: string;
  label: string;
  text(value: Value): string;
}

export interface Answer {
  path: string;
  label: string;
  text: string;
  disputed: boolean;
}

export interface Section {
  title: string;
  answers: Answer[];
  entries: { id: string; answers: Answer[] }[];
}

/** The question that a path answers, or null: a newer form may know it. */
export function questionOf(path: string, questions: readonly Question[]): Question | null {
  const shape = path.split(".");
  return (
    questions.find((question) => {
      const parts = question.path.split(".");
      return parts.length === shape.length && parts.every((part, at) => part.startsWith("{") || part === shape[at]);
    }) ?? null
  );
}

/** What a path is called; one that no form here has words for is named by its last part. */
export function labelOf(path: string, questions: readonly Question[]): string {
  return questionOf(path, questions)?.label ?? path.split(".").at(-1) ?? path;
}

export function answersOf(view: CaseView, questions: readonly Question[], text: (value: Value) => string): Section[] {
  const last = lastVisit(view);
  const sections = new Map<string, Section>();
  const order = new Map(questions.map((question, place) => [question.path, place]));
  const rows = Object.entries(view.onScreen)
    .filter(([path]) => isShown(path, view.onScreen, last))
    .map(([path, value]) => ({ path, value, question: questionOf(path, questions) }))
    .toSorted((a, b) => placeOf(a.question) - placeOf(b.question));
  function placeOf(question: Question | null): number {
    return question ? (order.get(question.path) ?? questions.length) : questions.length;
  }

  for (const { path, value, question } of rows) {
    const parts = path.split(".");
    const title = question?.section ?? parts[0] ?? "";
    const section = sections.get(title) ?? { title, answers: [], entries: [] };
    sections.set(title, section);
    const answer = {
      path,
      label: question?.label ?? parts.at(-1) ?? path,
      text: (question && value !== null && question.text(value)) || text(value),
      disputed: path in view.disputed,
    };
    if (parts.length === 3 && parts[0] !== "visits") entryOf(section, parts[1] ?? "").answers.push(answer);
    else section.answers.push(answer);
  }
  return [...sections.values()];
}

function entryOf(section: Section, id: string): Section["entries"][number] {
  const known = section.entries.find((entry) => entry.id === id);
  if (known) return known;
  const entry = { id, answers: [] };
  section.entries.push(entry);
  return entry;
}

/** Entries that were taken off the list are not shown, nor earlier visits, nor what only says that an entry is listed. */
function isShown(path: string, values: Record<string, Value>, last: string | null): boolean {
  const [collection, id, name] = path.split(".");
  if (collection === "interviews") return false;
  if (collection === "visits") return id === last;
  if (name === undefined) return true;
  return name !== "listed" && values[`${collection}.${id}.listed`] !== false;
}

/** The statement of the newest visit, by when it says that it began. */
export function lastVisit(view: CaseView): string | null {
  let found: string | null = null;
  let newest = "";
  for (const [path, value] of Object.entries(view.onScreen)) {
    const [collection, id, name] = path.split(".");
    if (collection !== "visits" || name !== "at" || typeof value !== "string" || id === undefined) continue;
    if (value < newest) continue;
    [found, newest] = [id, value];
  }
  return found;
}

/** The members of a household that are on its list, in the order of their ids. */
export function membersOf(view: CaseView): string[] {
  const ids = new Set<string>();
  for (const path of Object.keys(view.onScreen)) {
    const [collection, id] = path.split(".");
    if (collection === "members" && id && view.onScreen[`members.${id}.listed`] !== false) ids.add(id);
  }
  return [...ids].toSorted();
}

export interface Source {
  author: string;
  kind: string;
  receivedAt: string;
}

/** Who stands for a value: the statements of its dots; null for one of this tablet's own that nobody else has yet. */
export function sourcesOf(dots: readonly string[], held: HeldCase | null): (Source | null)[] {
  const statements = [...new Set(dots.map((dot) => dot.slice(0, dot.lastIndexOf(":"))))];
  return statements.map((statement) => held?.statements[statement] ?? null);
}

export interface Decision extends Source {
  statement: string;
  outcome: string | null;
  reasonCode: string | null;
  reason: string | null;
  paths: string[];
}

const DECISIONS = new Set(["resolution", "join", "separation", "release"]);
const ON_NO_FORM = ["joined.", "checks."];

/** What the office decided and is still in force, the newest first. One that settled no field has no paths. */
export function decisionsOf(held: HeldCase | null): Decision[] {
  if (!held) return [];
  const paths = new Map<string, string[]>();
  for (const [path, siblings] of Object.entries(held.registers)) {
    for (const dot of siblings.flatMap((sibling) => sibling.dots)) {
      const statement = dot.slice(0, dot.lastIndexOf(":"));
      if (ON_NO_FORM.some((collection) => path.startsWith(collection))) continue;
      paths.set(statement, [...(paths.get(statement) ?? []), path]);
    }
  }
  return Object.entries(held.statements)
    .filter(([, note]) => DECISIONS.has(note.kind))
    .toSorted(([, a], [, b]) => b.index - a.index)
    .map(([statement, note]) => ({
      statement,
      author: note.author,
      kind: note.kind,
      receivedAt: note.receivedAt,
      outcome: note.outcome ?? null,
      reasonCode: note.reasonCode ?? null,
      reason: note.reason ?? null,
      paths: paths.get(statement) ?? [],
    }));
}
