/** One question: its label, what was on file, the answer, and what does not fit. */

import { For, Match, Show, Switch, createMemo, createUniqueId, untrack } from "solid-js";
import { PhotoInput } from "../capture/PhotoInput";
import { language, words } from "../words";
import { formWords } from "../words/form";
import { writeAnswer } from "./answers";
import { ChoiceInput } from "./ChoiceInput";
import { textOf } from "./engine";
import type { Filling } from "./filling";
import type { InputProps, QuestionProps } from "./Label";
import { isMasked } from "./model";
import { faultOf, isUnconfirmed, membersOn } from "./pages";
import { PlaceInput } from "./PlaceInput";
import { shownValue } from "./shown";
import { TextInput } from "./TextInput";

const say = words(formWords);

export function Question(props: QuestionProps) {
  const id = createUniqueId();
  const label = () => props.node.currentState.label?.asString ?? props.binding.labels[language()];
  const text = () => props.node.currentState.instanceValue;
  const fault = createMemo(() => {
    props.filling.version();
    return untrack(() => faultOf(props.node));
  });
  const message = () => (fault() === "wrong" ? props.node.validationState.violation?.message?.asString : undefined);
  const input = (): InputProps => ({
    filling: props.filling,
    node: props.node,
    binding: props.binding,
    id,
    get label() {
      return label();
    },
    describedBy: `${id}-help`,
    get text() {
      return text();
    },
    get invalid() {
      return fault() === "wrong";
    },
    onAnswer: (answer) => props.filling.answer(props.node, answer),
  });

  return (
    <div class="field question" data-question={props.node.currentState.reference}>
      <Show
        when={props.binding.shot === null}
        fallback={
          <PhotoInput
            field={props.filling.field}
            draft={props.filling.draft}
            shot={props.binding.shot ?? ""}
            question={props.node.currentState.reference}
            label={label()}
            required={props.node.currentState.required}
            photo={(props.filling.version(), props.filling.photoOf(props.node))}
            onTaken={(photo) => props.filling.keepPhoto(props.node, photo)}
            onRemoved={() => props.filling.removePhoto(props.node)}
          />
        }
      >
        <Switch fallback={<TextInput {...input()} />}>
          <Match when={props.binding.readonly}>
            <p class="field-label">{label()}</p>
            <p>{regionName(props.filling, text())}</p>
          </Match>
          <Match when={props.node.nodeType === "select" && props.node}>
            {(select) => (
              <ChoiceInput
                {...input()}
                several={props.binding.type === "choices"}
                options={select().currentState.valueOptions.map((option) => ({
                  code: option.value,
                  label: option.label.asString,
                }))}
              />
            )}
          </Match>
          <Match when={props.binding.type === "member"}>
            <ChoiceInput
              {...input()}
              several={false}
              options={(props.filling.version(), untrack(() => membersOn(props.filling))).map((member) => ({
                code: member.id,
                label: member.name,
              }))}
            />
          </Match>
          <Match when={props.binding.type === "place"}>
            <PlaceInput {...input()} />
          </Match>
        </Switch>
      </Show>
      <div id={`${id}-help`}>
        <Show when={props.node.currentState.hint?.asString}>{(hint) => <p class="field-help">{hint()}</p>}</Show>
        <Show when={!props.binding.readonly}>
          <Last {...props} />
        </Show>
        <Show when={message()}>{(words) => <p class="field-error">{words()}</p>}</Show>
      </div>
    </div>
  );
}

/** What the tablet fills in is a region; other texts stand as they are. */
function regionName(filling: Filling, text: string): string {
  return filling.field.regions.find((region) => region.id === text)?.name ?? text;
}

/** What is on file, offered and never copied by itself. */
function Last(props: QuestionProps) {
  const nameOf = (id: string) => membersOn(props.filling).find((member) => member.id === id)?.name ?? id;
  const path = createMemo(() => {
    props.filling.version();
    return untrack(() => props.filling.pathOf(props.node, props.binding));
  });
  const shown = (value: Parameters<typeof shownValue>[1]) =>
    untrack(() => shownValue(props.binding, value, language(), nameOf));
  const last = () => props.filling.last(path());
  const disputed = () => props.filling.content.disputed[path() ?? ""] ?? [];
  const same = () => {
    props.filling.version();
    return textOf(props.node) === writeAnswer(props.binding.type, last() ?? null);
  };
  const blankNow = createMemo(() => {
    props.filling.version();
    return untrack(() => isUnconfirmed(props.filling, props.node, props.binding));
  });
  // Of a number that the tablet holds masked, the mask is taken: it leaves the number behind it as it is.
  const onFile = () => say(isMasked(props.binding) ? "masked" : "last", { value: shown(last() ?? null) });
  const BecomesNone = () => (
    <Show when={blankNow()}>
      <p class="field-help becomes-none">{say("becomesNone")}</p>
    </Show>
  );
  const take = (value: Parameters<typeof shownValue>[1]) =>
    props.filling.answer(props.node, writeAnswer(props.binding.type, value));

  return (
    <Switch>
      <Match when={disputed().length > 1}>
        <p class="field-help last">
          <span class="chip disputed">{say("disputed")}</span>
        </p>
        <ul class="last-values">
          <For each={disputed()}>
            {(value) => (
              <li>
                <span>{shown(value) || say("lastNone")}</span>
                <button type="button" class="button" onClick={() => take(value)}>
                  {say("take")}
                </button>
              </li>
            )}
          </For>
        </ul>
        <BecomesNone />
      </Match>
      <Match when={last() !== undefined && last() !== null && shown(last() ?? null) !== ""}>
        <Show
          when={!same()}
          fallback={
            <p class="field-help last">
              {onFile()} · {say("lastSame")}
            </p>
          }
        >
          <p class="field-help last">
            <span>{onFile()}</span>
            <button type="button" class="button" onClick={() => take(last() ?? null)}>
              {say("take")}
            </button>
          </p>
          <BecomesNone />
        </Show>
      </Match>
    </Switch>
  );
}
