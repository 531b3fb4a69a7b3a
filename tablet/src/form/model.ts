/**
 * What a published form asks, read from its XForm: each question's words, choices and rules, and the field of the case
 * that its answer goes to.
 *
 * Follows the ODK XForms specification; attributes in our own namespace say where an answer goes. The same reading as
 * the server's `schemas/forms/xform.py` and `compiled.py`.
 */

import type { Language } from "../words";

export type Labels = Record<Language, string>;

export interface Choice {
  code: string;
  labels: Labels;
}

/** One question. */
export interface Binding {
  /** Its place in the instance: /data/people/members/health. */
  ref: string;
  /** The field of the case, with an open part for entries and visits: members.{member_id}.health. */
  path: string | null;
  /** text, integer, decimal, money, date, datetime, yes_no, choice, choices, place, member or file. */
  type: string;
  labels: Labels;
  /** The label of the nearest group with one. */
  section: Labels;
  sensitivity: string | null;
  /** Photo and ink questions: the kind of evidence asked for. */
  shot: string | null;
  choices: Choice[];
  required: boolean;
  /** The repeat around it. */
  repeat: string | null;
  /** It holds the id of its repeat's entry; nobody sees it. */
  isKey: boolean;
  /** The form fills it in; people only read it. */
  readonly: boolean;
}

/** A repeat whose entries the case keeps by id: members, income lines, vehicles. */
export interface Collection {
  ref: string;
  key: string; // the name of the question that holds the id
  prefix: string; // members.
  labels: Labels;
}

export interface FormModel {
  form: string;
  version: string;
  title: Labels;
  bindings: Binding[];
  collections: Collection[];
  byRef: ReadonlyMap<string, Binding>;
}

export class FormUnreadable extends Error {}

export const XF = "http://www.w3.org/2002/xforms";
export const RUHU = "https://ruhu.example/xforms";
const XHTML = "http://www.w3.org/1999/xhtml";
const CONTROLS = ["input", "select1", "select", "upload", "trigger", "range", "rank"];
const MASKED: ReadonlySet<string | null> = new Set(["id_number", "bank", "phone"]);
const NOTHING: Labels = { zh: "", en: "" };

/** Whether a field reaches tablets as a mask only. */
export function isMasked(binding: Pick<Binding, "sensitivity">): boolean {
  return MASKED.has(binding.sensitivity);
}

/** Throws FormUnreadable. */
export function readForm(xform: string): FormModel {
  const document = parseXml(xform);
  const model = document.getElementsByTagNameNS(XF, "model")[0];
  const body = document.getElementsByTagNameNS(XHTML, "body")[0];
  const root = model ? child(model, "instance")?.firstElementChild : undefined;
  if (!model || !body || !root) throw new FormUnreadable("an XForm has a model with an instance, and a body");

  const texts = readTexts(model);
  const words = (label: Element | undefined): Labels => {
    const named = /^jr:itext\('(.+)'\)$/.exec(label?.getAttribute("ref") ?? "")?.[1];
    return (named !== undefined && texts.get(named)) || NOTHING;
  };
  const binds = new Map(children(model, "bind").map((bind) => [bind.getAttribute("nodeset") ?? "", bind]));
  const groups = new Map<string, Labels>();
  for (const group of body.getElementsByTagNameNS(XF, "group")) {
    const ref = group.getAttribute("ref");
    const label = child(group, "label");
    if (ref && label) groups.set(ref, words(label));
  }
  const controls = new Map<string, Element>();
  for (const name of CONTROLS) {
    for (const control of body.getElementsByTagNameNS(XF, name))
      controls.set(control.getAttribute("ref") ?? "", control);
  }
  const repeats = [...body.getElementsByTagNameNS(XF, "repeat")].map((each) => each.getAttribute("nodeset") ?? "");
  const refs = [...new Set(leaves(root, `/${root.localName}`))];
  const collections = repeats.flatMap((ref) => collectionOf(ref, refs, binds, groups.get(ref) ?? NOTHING));
  const lists = readLists(model, texts);

  const bindings = refs.map((ref): Binding => {
    const bind = binds.get(ref);
    const control = controls.get(ref);
    const repeat = repeats.find((each) => ref.startsWith(`${each}/`)) ?? null;
    const collection = collections.find((each) => each.ref === repeat);
    return {
      ref,
      path: own(bind, "path"),
      type: own(bind, "type") ?? "text",
      labels: control ? words(child(control, "label")) : NOTHING,
      section: sectionOf(ref, groups),
      sensitivity: own(bind, "sensitivity"),
      shot: own(bind, "shot"),
      choices: control ? choicesOf(control, lists, words) : [],
      required: bind?.getAttribute("required") === "true()",
      repeat,
      isKey: collection !== undefined && ref === `${collection.ref}/${collection.key}`,
      readonly: bind?.getAttribute("readonly") === "true()",
    };
  });
  const [zh = "", en = ""] = (document.getElementsByTagNameNS(XHTML, "title")[0]?.textContent ?? "").split(" / ");
  return {
    form: root.getAttribute("id") ?? "",
    version: root.getAttribute("version") ?? "",
    title: { zh: zh.trim(), en: en.trim() },
    bindings,
    collections,
    byRef: new Map(bindings.map((binding) => [binding.ref, binding])),
  };
}

/** Throws FormUnreadable. */
export function parseXml(source: string): Document {
  const document = new DOMParser().parseFromString(source, "application/xml");
  if (document.getElementsByTagName("parsererror").length > 0) throw new FormUnreadable("not XML");
  return document;
}

/** The path of an entry's or a visit's field, with the open part filled in. */
export function fillPath(path: string, key: string): string {
  return path.replace(/\{[a-z0-9_]+\}/, key);
}

/** The reference of a node without the positions of repeats: /data/people/members[2]/name -> /data/people/members/name. */
export function refOfNode(reference: string): string {
  return reference.replaceAll(/\[[0-9]+\]/g, "");
}

function own(bind: Element | undefined, name: string): string | null {
  return bind?.getAttributeNS(RUHU, name) || null;
}

function children(parent: Element, name: string): Element[] {
  return [...parent.children].filter((each) => each.localName === name && each.namespaceURI === XF);
}

function child(parent: Element, name: string): Element | undefined {
  return children(parent, name)[0];
}

function* leaves(element: Element, ref: string): Generator<string> {
  for (const inner of element.children) {
    if (inner.localName === "meta" && element.parentElement?.localName === "instance") continue; // the engine's own
    const place = `${ref}/${inner.localName}`;
    if (inner.children.length > 0) yield* leaves(inner, place);
    else yield place;
  }
}

function readTexts(model: Element): Map<string, Labels> {
  const texts = new Map<string, Labels>();
  const itext = child(model, "itext");
  for (const translation of itext ? children(itext, "translation") : []) {
    const language = /\((zh|en)[^)]*\)\s*$/i.exec(translation.getAttribute("lang") ?? "")?.[1]?.toLowerCase();
    if (language !== "zh" && language !== "en") continue;
    for (const text of children(translation, "text")) {
      const id = text.getAttribute("id") ?? "";
      const value = children(text, "value").find((each) => !each.hasAttribute("form"));
      const labels = texts.get(id) ?? { ...NOTHING };
      labels[language] = (value?.textContent ?? "").replaceAll(/\s+/g, " ").trim();
      texts.set(id, labels);
    }
  }
  return texts;
}

function readLists(model: Element, texts: ReadonlyMap<string, Labels>): Map<string, Choice[]> {
  const lists = new Map<string, Choice[]>();
  for (const instance of children(model, "instance")) {
    const id = instance.getAttribute("id");
    if (!id) continue;
    const choices: Choice[] = [];
    for (const item of instance.getElementsByTagName("item")) {
      const part = (name: string) => [...item.children].find((each) => each.localName === name)?.textContent ?? "";
      choices.push({ code: part("name"), labels: texts.get(part("itextId")) ?? NOTHING });
    }
    lists.set(id, choices);
  }
  return lists;
}

function choicesOf(
  control: Element,
  lists: ReadonlyMap<string, Choice[]>,
  words: (label: Element | undefined) => Labels,
): Choice[] {
  const itemset = child(control, "itemset");
  if (itemset) {
    const list = /^instance\('([^']+)'\)\/root\/item/.exec(itemset.getAttribute("nodeset") ?? "")?.[1];
    return (list !== undefined && lists.get(list)) || [];
  }
  return children(control, "item").map((item) => ({
    code: child(item, "value")?.textContent ?? "",
    labels: words(child(item, "label")),
  }));
}

function collectionOf(
  ref: string,
  refs: string[],
  binds: ReadonlyMap<string, Element>,
  labels: Labels,
): Collection[] {
  for (const inside of refs) {
    if (!inside.startsWith(`${ref}/`)) continue;
    const found = /^(.*)\{([a-z0-9_]+)\}/.exec(own(binds.get(inside), "path") ?? "");
    if (found?.[1] !== undefined && found[2] !== undefined) return [{ ref, key: found[2], prefix: found[1], labels }];
  }
  return [];
}

function sectionOf(ref: string, groups: ReadonlyMap<string, Labels>): Labels {
  for (let outer = parentOf(ref); outer.includes("/", 1); outer = parentOf(outer)) {
    const labels = groups.get(outer);
    if (labels) return labels;
  }
  return { zh: "其他", en: "Other" };
}

function parentOf(ref: string): string {
  return ref.slice(0, ref.lastIndexOf("/"));
}
