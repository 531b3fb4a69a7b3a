/** Last time's values at one tap: for a page, or for everything that was left blank. Disputed ones a person chooses. */

import { Show, createMemo, untrack } from "solid-js";
import { Icon } from "../parts/Icon";
import { words } from "../words";
import { formWords } from "../words/form";
import { writeAnswer } from "./answers";
import type { AnyNode } from "./engine";
import type { Filling } from "./filling";
import { unconfirmedOf, type Unconfirmed } from "./pages";

const say = words(formWords);

/** Last time's values for every blank on this page, at one tap: an act of the investigator, never a default. */
export function TakeAll(props: { filling: Filling; node: AnyNode }) {
  const blanksNow = () => unconfirmedOf(props.filling, props.node).filter(({ node }) => samePage(props.node, node));
  const blanks = createMemo(() => {
    props.filling.calm();
    return untrack(blanksNow);
  });
  return (
    <Show when={blanks().length > 1}>
      <button type="button" class="button wide" onClick={() => takeLast(props.filling, blanksNow())}>
        <Icon name="check" />
        {say("takePage")}
      </button>
    </Show>
  );
}

/** Last time's values for these, but where they are disputed: there a person chooses. */
export function takeLast(filling: Filling, blanks: Unconfirmed[]): void {
  for (const { node, binding } of blanks) {
    const path = filling.pathOf(node, binding);
    if ((filling.content.disputed[path ?? ""] ?? []).length > 1) continue;
    filling.answer(node, writeAnswer(binding.type, filling.last(path) ?? null));
  }
}

/** The questions of entries stand on the entries' own pages. */
function samePage(page: AnyNode, question: AnyNode): boolean {
  const inner = question.currentState.reference.slice(page.currentState.reference.length);
  return !inner.includes("[");
}
