/** What was answered last, folded by section: opened one at a time, for the door is no place to scroll far. */

import { For, Index, Show, createMemo } from "solid-js";
import type { CaseView } from "../field";
import { Chip } from "../parts/Chip";
import { words } from "../words";
import { caseWords } from "../words/case";
import { answersOf, type Answer, type Question, type Section } from "./caseAnswers";
import { plainText } from "./plainText";

const say = words(caseWords);

export function CaseAnswers(props: { view: CaseView; questions: Question[] }) {
  const sections = createMemo(() => answersOf(props.view, props.questions, plainText));
  return (
    <section class="stack">
      <h2>{say("answersTitle")}</h2>
      <p class="soft small">{say("answersMasked")}</p>
      <div class="list">
        <Index each={sections()} fallback={<p class="line">{say("answersNone")}</p>}>
          {(section) => (
            <details class="answers">
              <summary class="line">
                <span class="line-main">
                  <strong>{section().title}</strong>
                </span>
                <span class="soft small figures">{say("itemCount", { count: countOf(section()) })}</span>
              </summary>
              <Rows answers={section().answers} />
              <For each={section().entries}>
                {(entry, place) => (
                  <div class="entry-answers">
                    <h3>{say("entry", { number: place() + 1 })}</h3>
                    <Rows answers={entry.answers} />
                  </div>
                )}
              </For>
            </details>
          )}
        </Index>
      </div>
    </section>
  );
}

function countOf(section: Section): number {
  return section.entries.reduce((sum, entry) => sum + entry.answers.length, section.answers.length);
}

function Rows(props: { answers: Answer[] }) {
  return (
    <Show when={props.answers.length > 0}>
      <dl class="rows">
        <For each={props.answers}>
          {(answer) => (
            <div>
              <dt class="soft">{answer.label}</dt>
              <dd class="figures">
                {answer.text} {answer.disputed ? <Chip state="disputed" /> : null}
              </dd>
            </div>
          )}
        </For>
      </dl>
    </Show>
  );
}
