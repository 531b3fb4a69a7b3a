/** Who lives there: a line for each person, with what helps to know them at the door. */

import { For, Show, createMemo } from "solid-js";
import type { CaseView } from "../field";
import { Icon } from "../parts/Icon";
import { words } from "../words";
import { caseWords } from "../words/case";
import { membersOf, questionOf, type Question } from "./caseAnswers";
import { plainText } from "./plainText";

const say = words(caseWords);
const SHOWN = ["relation", "sex", "birth_date", "id_no", "presence", "health"];

export function CasePeople(props: { view: CaseView; questions: Question[] }) {
  const people = createMemo(() =>
    membersOf(props.view).map((id) => ({
      name: textAt(`members.${id}.name`) ?? say("none"),
      about: SHOWN.map((part) => textAt(`members.${id}.${part}`)).filter((text) => text !== null),
    })),
  );
  function textAt(path: string): string | null {
    const value = props.view.onScreen[path] ?? null;
    if (value === null) return null;
    return questionOf(path, props.questions)?.text(value) ?? plainText(value);
  }
  return (
    <section class="stack">
      <h2>{say("peopleTitle")}</h2>
      <Show when={people().length > 0} fallback={<p class="soft">{say("peopleNone")}</p>}>
        <ul class="list">
          <For each={people()}>
            {(person) => (
              <li class="line">
                <Icon name="person" />
                <span class="line-main">
                  <strong>{person.name}</strong>
                  <span class="soft small figures">{person.about.join(" · ")}</span>
                </span>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  );
}
