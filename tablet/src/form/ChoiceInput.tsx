/** One code or several of a list, as big buttons; a long list can be searched. */

import { For, Show, createSignal } from "solid-js";
import { words } from "../words";
import { formWords } from "../words/form";
import { Label, type InputProps } from "./Label";

const say = words(formWords);
const MANY = 12;

export function ChoiceInput(props: InputProps & { several: boolean; options: { code: string; label: string }[] }) {
  const [sought, setSought] = createSignal("");
  const chosen = () => (props.text === "" ? [] : props.text.split(" "));
  const offered = () =>
    props.options.filter(
      ({ code, label }) => chosen().includes(code) || label.toLowerCase().includes(sought().trim().toLowerCase()),
    );

  function choose(code: string, on: boolean): void {
    if (!props.several) return props.onAnswer(on ? code : "");
    const codes = new Set(chosen());
    if (on) codes.add(code);
    else codes.delete(code);
    props.onAnswer(
      props.options
        .map((option) => option.code)
        .filter((each) => codes.has(each))
        .join(" "),
    );
  }

  return (
    <fieldset
      class="choice-field"
      role={props.several ? "group" : "radiogroup"}
      aria-required={props.several ? undefined : props.node.currentState.required}
      aria-describedby={props.describedBy}
    >
      <legend class="field-label">
        <Label text={props.label} node={props.node} />
      </legend>
      <Show when={props.options.length > MANY}>
        <input
          class="input"
          type="search"
          autocomplete="off"
          placeholder={say("filter")}
          aria-label={`${props.label}: ${say("filter")}`}
          value={sought()}
          onInput={(event) => setSought(event.currentTarget.value)}
        />
      </Show>
      <div class="choices" classList={{ many: props.options.length > MANY }}>
        <For each={offered()}>
          {(option) => (
            <label class="choice">
              <input
                type={props.several ? "checkbox" : "radio"}
                name={props.id}
                value={option.code}
                checked={chosen().includes(option.code)}
                onChange={(event) => choose(option.code, event.currentTarget.checked)}
              />
              <span>{option.label}</span>
            </label>
          )}
        </For>
      </div>
      <Show when={!props.several && props.text !== "" && !props.node.currentState.required}>
        <button type="button" class="button quiet" onClick={() => props.onAnswer("")}>
          {say("clear")}
        </button>
      </Show>
    </fieldset>
  );
}
