/**
 * Begins a visit, a recheck or an interview: what is on file is put before the investigator, and noted as seen.
 *
 * What is on screen is fixed at this moment. Whatever comes in later stays beside what this visit says, until a person
 * who has seen both decides.
 */

import { withOffset } from "../capture/claims";
import type { Field } from "../field";
import type { DraftContent, FormRow, StatementKind } from "../store/records";
import { toHex } from "../sync/bytes";

export class NoForm extends Error {}

// What another visit recorded about itself is on no form, and interviews never reach a tablet.
const NOT_SHOWN = ["interviews.", "visits."];
const FORMS: Record<StatementKind, string> = {
  household_visit: "household_visit",
  recheck: "household_visit",
  neighbour_interview: "neighbour_interview",
};

/** The draft's id. `case` is null for a household that is on no list. Throws NoForm, StorageFull. */
export async function beginVisit(
  field: Field,
  what: { case: string | null; village: string; kind: StatementKind },
): Promise<string> {
  const form = newest(await field.forms(), FORMS[what.kind]);
  const content: DraftContent = {
    kind: what.kind,
    case: what.case ?? toHex(crypto.getRandomValues(new Uint8Array(16))),
    village: what.village,
    form: form.form,
    version: form.version,
    instance: null,
    seen: {},
    onScreen: {},
    disputed: {},
    held: 0,
    photos: [],
    startedAt: withOffset(new Date()),
    page: null,
  };
  if (what.case !== null) {
    const view = await field.view(what.case);
    content.held = view.ledgerSize;
    // An interview shows nothing of the file, so it has seen nothing.
    if (what.kind !== "neighbour_interview") {
      content.seen = shown(view.seen);
      content.onScreen = shown(view.onScreen);
      content.disputed = shown(view.disputed);
    }
  }
  return field.beginDraft(content);
}

function newest(forms: readonly FormRow[], name: string): FormRow {
  const found = forms
    .filter(({ form }) => form === name)
    .toSorted((a, b) => (a.publishedAt < b.publishedAt ? -1 : 1));
  const last = found.at(-1);
  if (last === undefined) throw new NoForm(name);
  return last;
}

function shown<T>(fields: Record<string, T>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([path]) => !NOT_SHOWN.some((each) => path.startsWith(each))),
  );
}
