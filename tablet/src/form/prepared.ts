/**
 * A published form made ready for the form engine, in memory: the words and rules stay, some questions become plain text
 * because this tablet answers them itself.
 *
 * Photos and ink: the tablet keeps the bytes, the answer is the file's name. Places: this tablet asks the device. The ids
 * of entries: nobody sees them, and an entry keeps its own. Fields that are read-only on screen are filled in by us. A number that the
 * tablet holds masked may stay as it is: its mask is an answer that changes nothing.
 */

import type { DraftContent } from "../store/records";
import { layOut } from "./laidOut";
import { isMasked, parseXml, XF, type FormModel } from "./model";

const PLAIN = new Set(["binary", "geopoint"]);
const IS_MASK = "contains(., '•')";

/** `begun` is the draft that a new form is laid out for. Throws FormUnreadable. */
export function prepared(xform: string, model: FormModel, begun: DraftContent | null): string {
  const document = parseXml(xform);
  // A copy: the live list would lose every other upload while they are replaced.
  for (const upload of Array.from(document.getElementsByTagNameNS(XF, "upload"))) {
    const input = document.createElementNS(XF, "input");
    input.setAttribute("ref", upload.getAttribute("ref") ?? "");
    input.append(...upload.childNodes);
    upload.replaceWith(input);
  }
  for (const bind of document.getElementsByTagNameNS(XF, "bind")) {
    if (PLAIN.has(bind.getAttribute("type") ?? "")) bind.setAttribute("type", "string");
    if (bind.getAttribute("readonly") === "true()") bind.removeAttribute("readonly");
    const constraint = bind.getAttribute("constraint");
    const binding = model.byRef.get(bind.getAttribute("nodeset") ?? "");
    if (constraint && binding && isMasked(binding)) bind.setAttribute("constraint", `(${constraint}) or ${IS_MASK}`);
  }
  for (const repeat of document.getElementsByTagNameNS(XF, "repeat")) {
    const ref = repeat.getAttribute("nodeset");
    const key = model.collections.find((collection) => collection.ref === ref)?.key;
    if (key === undefined) continue;
    const input = document.createElementNS(XF, "input");
    input.setAttribute("ref", `${ref}/${key}`);
    const label = document.createElementNS(XF, "label");
    label.textContent = key;
    input.append(label);
    repeat.prepend(input);
  }
  if (begun !== null) layOut(document, model, begun);
  return new XMLSerializer().serializeToString(document);
}
