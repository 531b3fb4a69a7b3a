/** Monthly income per person as the form says it now, beside the line that it is held against. */

import { Show, createMemo, untrack } from "solid-js";
import { language, words } from "../words";
import { formWords } from "../words/form";
import type { Filling } from "./filling";
import { incomeOf } from "./income";
import { money } from "./shown";

const say = words(formWords);

export function IncomeBar(props: { filling: Filling }) {
  const income = createMemo(() => {
    props.filling.calm();
    return untrack(() => incomeOf(props.filling));
  });
  const value = () => income().derived.value;
  return (
    <p class="income-bar" aria-live="off">
      <span>{say("perCapita")}</span>
      <Show when={value() !== null} fallback={<span>{say("unknown")}</span>}>
        <strong class="figures">{money(value() ?? 0, language())}</strong>
        <Show
          when={income().unfilled === 0}
          fallback={<span class="lacking">{say("unfilled", { count: income().unfilled })}</span>}
        >
          <span
            class="chip"
            classList={{ settled: (value() ?? 0) <= income().line, disputed: (value() ?? 0) > income().line }}
          >
            {(value() ?? 0) <= income().line ? say("under") : say("over")}
          </span>
        </Show>
      </Show>
      <span class="soft figures">{say("line", { line: money(income().line, language()) })}</span>
    </p>
  );
}
