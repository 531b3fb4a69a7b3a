/** Lays a new form out for a household: its village, and an entry for each person, income or vehicle on file. */

import type { DraftContent } from "../store/records";
import { isQuestion, setText, type OpenForm } from "./engine";

const VILLAGE = "place.village";
const HEAD_OF_HOUSEHOLD = "0"; // GB/T 4761: the person or the head of the household

export function layOut(form: OpenForm, content: DraftContent): void {
  for (const { node, binding } of form.questions()) {
    if (binding.path === VILLAGE && isQuestion(node)) setText(node, content.village);
  }
  for (const { range, collection } of form.ranges()) {
    range.removeInstances(0, range.currentState.children.length);
    for (const id of entriesOnFile(content, collection.prefix)) form.addEntry(range, id);
  }
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
