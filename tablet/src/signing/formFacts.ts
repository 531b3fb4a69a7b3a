/** What signing has to know of a form: which required photos are missing, what a shot is called, where an answer stands. */

import type { Binding, FormModel } from "../form/model";
import { language } from "../words";
import { answerAt } from "./instance";

/** Labels of the required photos that were asked for and not taken. */
export function missingShots(model: FormModel, instance: string): string[] {
  return model.bindings
    .filter(({ shot, required, ref }) => shot !== null && required && answerAt(instance, ref) === "")
    .map(labelOf);
}

export function shotLabel(model: FormModel, shot: string): string {
  const binding = model.bindings.find((each) => each.shot === shot);
  return binding ? labelOf(binding) : shot;
}

/** The instance path of the question behind `visits.{statement}.end` and the like; null when this form asks no such thing. */
export function refOf(model: FormModel, path: string): string | null {
  return model.bindings.find((binding) => binding.path === path)?.ref ?? null;
}

function labelOf(binding: Binding): string {
  return binding.labels[language()];
}
