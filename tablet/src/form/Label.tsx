/** What every kind of answer shares: the question's label, and what an input is given. */

import { Show } from "solid-js";
import { words } from "../words";
import { formWords } from "../words/form";
import type { QuestionNode } from "./engine";
import type { Filling } from "./filling";
import type { Binding } from "./model";

const say = words(formWords);

export interface QuestionProps {
  filling: Filling;
  node: QuestionNode;
  binding: Binding;
}

/** What every kind of input takes. */
export interface InputProps extends QuestionProps {
  id: string;
  label: string;
  describedBy: string;
  text: string;
  invalid: boolean;
  onAnswer(text: string): void;
}

/** Marks what may be left out; what must be there goes without saying. */
export function Label(props: { text: string; node: QuestionNode }) {
  return (
    <>
      {props.text}
      <Show when={!props.node.currentState.required}>
        <span class="optional"> {say("optional")}</span>
      </Show>
    </>
  );
}
