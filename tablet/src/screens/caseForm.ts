/** How the home visit's form words a household's fields; apart, so that the work list loads without it. */

import type { Field } from "../field";
import { readForm } from "../form/model";
import { shownValue } from "../form/shown";
import type { Value } from "../sync/register";
import type { Language } from "../words";
import type { Question } from "./caseAnswers";

const VISIT = "household_visit";
const VILLAGE = "place.village"; // holds a region's id

/** In the order of the newest form here; nothing when no form has come yet. `nameOf` names a member of the household. */
export async function questionsOf(
  field: Field,
  spoken: Language,
  nameOf: (member: string) => string,
): Promise<Question[]> {
  const forms = (await field.forms()).filter(({ form }) => form === VISIT);
  const villageName = (value: Value) => field.regions.find(({ id }) => id === value)?.name ?? String(value);
  const newest = forms.toSorted((a, b) => (a.publishedAt < b.publishedAt ? -1 : 1)).at(-1);
  if (newest === undefined) return [];
  return readForm(newest.xform).bindings.flatMap((binding) =>
    binding.path === null
      ? []
      : [
          {
            path: binding.path,
            section: binding.section[spoken],
            label: binding.labels[spoken],
            text: (value) =>
              binding.path === VILLAGE ? villageName(value) : shownValue(binding, value, spoken, nameOf),
          },
        ],
  );
}
