/** Opens a draft with the very version of the form that it was begun with. */

import type { Field } from "../field";
import type { DraftContent } from "../store/records";
import { language } from "../words";
import { OpenForm } from "./engine";

/** The form of this version has not reached the tablet yet: the draft waits for it. */
export class FormNotHere extends Error {
  constructor(
    readonly form: string,
    readonly version: string,
  ) {
    super("this version of the form is not here");
  }
}

export interface Opened {
  content: DraftContent;
  form: OpenForm;
  /** Nobody has answered anything yet. */
  isNew: boolean;
}

/** Throws FormNotHere, FormNotLoaded, FormUnreadable. */
export async function openVisit(field: Field, draft: string): Promise<Opened> {
  const content = await field.openDraft(draft);
  const row = (await field.forms()).find(({ form, version }) => form === content.form && version === content.version);
  if (row === undefined) throw new FormNotHere(content.form, content.version);
  const form = await OpenForm.open(row.xform, content);
  form.speak(language());
  return { content, form, isNew: content.instance === null };
}
