/** The pages of a form, how far each is, and what is missing. */

import { language } from "../words";
import { childrenOf, textOf, type AnyNode, type OpenForm, type QuestionNode } from "./engine";
import type { Filling } from "./filling";
import { isMasked, type Binding } from "./model";

/** Filled in by the tablet when the statement is sealed, not by people on the form. */
const AT_SIGNING = new Set(["visits.{statement}.end", "interviews.{statement}.signing"]);

/** Stands for the last page, which is no part of the form: check and sign. */
export const END = "end";

export interface FormPage {
  reference: string;
  title: string;
  node: AnyNode;
}

export interface Progress {
  answered: number;
  asked: number;
  missing: number;
}

export interface Gap {
  question: string; // the node's reference
  label: string;
  page: string; // the reference of the page that shows it
  kind: "missing" | "wrong" | "unconfirmed";
}

export function isShown(binding: Binding): boolean {
  return !binding.isKey && !binding.shot?.startsWith("ink:") && !AT_SIGNING.has(binding.path ?? "");
}

/** One page for each group on top that asks anything now. */
export function pagesOf(form: OpenForm): FormPage[] {
  return childrenOf(form.root)
    .filter((node) => node.currentState.relevant && asksAnything(form, node))
    .map((node) => ({
      reference: node.currentState.reference,
      get title() {
        return node.currentState.label?.asString ?? ""; // in the language of the moment
      },
      node: node as AnyNode,
    }));
}

export function samePages(some: readonly FormPage[], others: readonly FormPage[]): boolean {
  return some.length === others.length && some.every(({ node }, at) => others[at]?.node === node);
}

function asksAnything(form: OpenForm, node: AnyNode): boolean {
  const ref = node.currentState.reference;
  return form.model.bindings.some((binding) => binding.ref.startsWith(`${ref}/`) && isShown(binding));
}

export function progressOf(filling: Filling, below: AnyNode): Progress {
  const progress = { answered: 0, asked: 0, missing: 0 };
  for (const { node, binding } of filling.form.questions(below)) {
    if (!isShown(binding)) continue;
    progress.asked++;
    if (textOf(node) !== "") progress.answered++;
    if (faultOf(node) !== null) progress.missing++;
  }
  return progress;
}

/** Everything that a person should look at before signing, in the order of the form. */
export function gapsOf(filling: Filling): Gap[] {
  const gaps: Gap[] = [];
  for (const { node, binding } of filling.form.questions()) {
    if (!isShown(binding)) continue;
    const kind = faultOf(node) ?? (isUnconfirmed(filling, node, binding) ? "unconfirmed" : null);
    if (kind === null) continue;
    const label = node.currentState.label?.asString ?? "";
    const question = node.currentState.reference;
    gaps.push({ question, label: withEntry(filling, node, label), page: pageOf(question), kind });
  }
  return gaps;
}

/** A question that was left blank although something is on file: signed so, it says that there is none. */
export function isUnconfirmed(filling: Filling, node: QuestionNode, binding: Binding): boolean {
  if (binding.shot !== null || textOf(node) !== "") return false;
  const last = filling.last(filling.pathOf(node, binding));
  return last !== undefined && last !== null && last !== "" && !(Array.isArray(last) && last.length === 0);
}

export interface Unconfirmed {
  node: QuestionNode;
  binding: Binding;
}

export function unconfirmedOf(filling: Filling, below: AnyNode = filling.form.root): Unconfirmed[] {
  return [...filling.form.questions(below)].filter(
    ({ node, binding }) => isShown(binding) && isUnconfirmed(filling, node, binding),
  );
}

export function faultOf(node: QuestionNode): "missing" | "wrong" | null {
  const { violation } = node.validationState;
  if (violation === null) return null;
  return violation.condition === "required" ? "missing" : "wrong";
}

/** An entry is a page of its own: the page of a question is its entry, else its group on top. */
export function pageOf(reference: string): string {
  const entry = /^.*\[[0-9]+\]/.exec(reference)?.[0];
  return entry ?? reference.split("/").slice(0, 3).join("/");
}

/** The page that a page lies in: an entry's group; "" for a group on top. */
export function parentPage(reference: string): string {
  return reference.includes("[") ? reference.split("/").slice(0, 3).join("/") : "";
}

function withEntry(filling: Filling, node: QuestionNode, label: string): string {
  const page = pageOf(node.currentState.reference);
  const entry = page.includes("[") ? filling.form.find(page) : null;
  return entry === null ? label : `${entryName(filling, entry)} · ${label}`;
}

/** What an entry is called: its name as answered or on file, else its first answers. */
export function entryName(filling: Filling, entry: AnyNode): string {
  const found = namedBy(filling, entry);
  return (
    found || `${entry.currentState.label?.asString ?? ""} ${/\[([0-9]+)\]$/.exec(entry.currentState.reference)?.[1]}`
  );
}

function namedBy(filling: Filling, entry: AnyNode): string {
  const said: string[] = [];
  for (const { node, binding } of filling.form.questions(entry)) {
    if (!isShown(binding) || isMasked(binding) || binding.shot !== null) continue;
    const isName = (binding.path ?? "").endsWith(".name");
    const last = filling.last(filling.pathOf(node, binding));
    const code = textOf(node) || (typeof last === "string" ? last : "");
    const text = binding.choices.find((choice) => choice.code === code)?.labels[language()] ?? code;
    if (isName) return text;
    if (binding.type === "choice" && text !== "") said.push(text);
    if (said.length === 2) break;
  }
  return said.join(" · ");
}

/** The members on this form: their ids and names. */
export function membersOn(filling: Filling): { id: string; name: string }[] {
  const members: { id: string; name: string }[] = [];
  for (const { range, collection } of filling.form.ranges()) {
    if (collection.prefix !== "members.") continue;
    for (const entry of range.currentState.children) {
      members.push({ id: filling.form.keyOf(entry), name: entryName(filling, entry) });
    }
  }
  return members;
}
