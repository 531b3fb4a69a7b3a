/** What the contact with the office is doing, in one line with true figures. */

import type { ContactState } from "../field";
import { moment, size } from "../parts/plain";
import { words } from "../words";
import { workWords } from "../words/work";

const say = words(workWords);

export function contactText(contact: ContactState): string {
  if (contact.kind === "idle") {
    const last = contact.lastContact
      ? say("contactLast", { time: moment(contact.lastContact) })
      : say("contactNever");
    return contact.problem ? say("contactProblem", { last }) : last;
  }
  const { step, done, total } = contact;
  if (step === "session") return say("contactSession");
  if (step === "push") return say("contactPush", { done, total });
  if (step === "upload") return say("contactUpload", { done: size(done), total: size(total) });
  return total > 0 ? say("contactPull", { done, total }) : say("contactPullSome", { done });
}
