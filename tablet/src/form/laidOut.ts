/**
 * Lays a new form out for a household: its village, and an entry for each person, income or vehicle on file.
 *
 * They are written into the form before the engine reads it: added one by one, the entries of a large household would
 * take a slow tablet twice as long.
 */

import type { DraftContent } from "../store/records";
import { XF, type Collection, type FormModel } from "./model";

const VILLAGE = "place.village";
const HEAD_OF_HOUSEHOLD = "0"; // GB/T 4761: the person or the head of the household
const JAVAROSA = "http://openrosa.org/javarosa";

export function layOut(xform: Document, model: FormModel, content: DraftContent): void {
  const root = xform.getElementsByTagNameNS(XF, "instance")[0]?.firstElementChild;
  if (!root) return;
  const village = model.bindings.find(({ path }) => path === VILLAGE);
  const place = village && find(root, village.ref);
  if (place) place.textContent = content.village;
  for (const collection of model.collections)
    layOutEntries(root, collection, entriesOnFile(content, collection.prefix));
}

/** As many entries as there are on file, none if there are none; a form's own first, empty entry goes. */
function layOutEntries(root: Element, { ref, key }: Collection, ids: string[]): void {
  const name = ref.slice(ref.lastIndexOf("/") + 1);
  const all = [...(find(root, ref.slice(0, ref.lastIndexOf("/")))?.children ?? [])].filter(
    ({ localName }) => localName === name,
  );
  const template = all.find((each) => each.hasAttributeNS(JAVAROSA, "template"));
  if (!template) return;
  for (const each of all) if (each !== template) each.remove();
  let last = template;
  for (const id of ids) {
    const entry = template.cloneNode(true) as Element;
    entry.removeAttributeNS(JAVAROSA, "template");
    const node = [...entry.children].find(({ localName }) => localName === key);
    if (node) node.textContent = id;
    last.after(entry);
    last = entry;
  }
}

/** The node of the instance with this reference: /data/household/village. */
function find(root: Element, ref: string): Element | undefined {
  let here: Element | undefined = root;
  for (const name of ref.split("/").slice(2))
    here = [...(here?.children ?? [])].find((each) => each.localName === name);
  return here;
}

/** The ids of what is on the list, or whose listing is disputed; the head of the household first. */
function entriesOnFile(content: DraftContent, prefix: string): string[] {
  const ids = Object.keys(content.seen)
    .filter((path) => path.startsWith(prefix) && path.endsWith(".listed"))
    .filter((path) => content.onScreen[path] === true || (content.disputed[path] ?? []).includes(true as never))
    .map((path) => path.slice(prefix.length, -".listed".length));
  const rank = (id: string) => (content.onScreen[`${prefix}${id}.relation`] === HEAD_OF_HOUSEHOLD ? "0" : "1") + id;
  return ids.toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1));
}
