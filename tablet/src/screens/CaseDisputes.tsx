/** What people disagree about, with everybody's answer and who gave it, and what the office has decided and why. */

import { For, Show, createMemo } from "solid-js";
import type { CaseView } from "../field";
import { Chip } from "../parts/Chip";
import { day } from "../parts/plain";
import type { Value } from "../sync/register";
import { words } from "../words";
import { caseWords } from "../words/case";
import { outcomeText, reasonText } from "../words/reasons";
import { decisionsOf, labelOf, questionOf, sourcesOf, type Question, type Source } from "./caseAnswers";
import { plainText } from "./plainText";

const say = words(caseWords);

export function CaseDisputes(props: { view: CaseView; questions: Question[] }) {
  const disputes = createMemo(() =>
    Object.entries(props.view.disputed).map(([path, values]) => ({
      path,
      label: labelOf(path, props.questions),
      said: values.map((value) => ({
        text: textOf(path, value, props.questions),
        by: saidBy(props.view, path, value),
      })),
    })),
  );
  const decisions = createMemo(() => decisionsOf(props.view.held));
  return (
    <>
      <Show when={disputes().length > 0}>
        <section class="card">
          <div class="card-head">
            <h2>{say("disputesTitle")}</h2>
            <Chip state="disputed" count={disputes().length} />
          </div>
          <p class="soft small">{say("disputesLead")}</p>
          <For each={disputes()}>
            {(dispute) => (
              <div class="dispute">
                <h3>{dispute.label}</h3>
                <ul>
                  <For each={dispute.said}>
                    {(said) => (
                      <li>
                        <strong class="figures">{said.text}</strong>
                        <span class="soft small">{said.by}</span>
                      </li>
                    )}
                  </For>
                </ul>
              </div>
            )}
          </For>
        </section>
      </Show>
      <Show when={decisions().length > 0}>
        <section class="card">
          <h2>{say("decisionsTitle")}</h2>
          <For each={decisions()}>
            {(decision) => (
              <div class="decision">
                <p>
                  <strong>
                    {decision.paths.length > 0
                      ? say("decidedFields", {
                          fields: decision.paths
                            .map(
                              (path) =>
                                `${labelOf(path, props.questions)} ${nowText(props.view, path, props.questions)}`,
                            )
                            .join("；"),
                        })
                      : outcomeText(decision.outcome) || say("decidedOther")}
                  </strong>
                </p>
                <Show when={reasonText(decision.reasonCode)}>
                  {(reason) => <p>{say("decidedReason", { reason: reason() })}</p>}
                </Show>
                <Show when={decision.reason}>{(reason) => <p>{say("decidedWords", { reason: reason() })}</p>}</Show>
                <p class="soft small">{say("decided", { author: decision.author, day: day(decision.receivedAt) })}</p>
              </div>
            )}
          </For>
        </section>
      </Show>
    </>
  );
}

function nowText(view: CaseView, path: string, questions: Question[]): string {
  return textOf(path, view.onScreen[path] ?? null, questions);
}

function textOf(path: string, value: Value, questions: Question[]): string {
  const question = questionOf(path, questions);
  return question && value !== null ? question.text(value) : plainText(value);
}

function saidBy(view: CaseView, path: string, value: Value): string {
  const written = JSON.stringify(value);
  const sibling = view.held?.registers[path]?.find((each) => JSON.stringify(each.value) === written);
  if (!sibling) return say("saidHere");
  return sourcesOf(sibling.dots, view.held).map(sourceText).join("；");
}

const KINDS = {
  household_visit: "household_visit",
  neighbour_interview: "neighbour_interview",
  recheck: "recheckKind",
  resolution: "resolution",
  join: "join",
  separation: "separation",
  data_check: "data_check",
  roster_import: "roster_import",
} as const;

function sourceText(source: Source | null): string {
  if (!source) return say("saidUnknown");
  const kind = say(source.kind in KINDS ? KINDS[source.kind as keyof typeof KINDS] : "otherKind");
  return say("saidBy", { author: source.author, day: day(source.receivedAt), kind });
}
