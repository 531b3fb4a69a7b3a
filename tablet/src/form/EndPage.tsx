/** The last page: what is missing, what does not fit, what would be recorded as none; and on to signing. */

import { For, Show, createMemo, untrack } from "solid-js";
import { Notice } from "../parts/Notice";
import { words } from "../words";
import { formWords } from "../words/form";
import type { Filling } from "./filling";
import { gapsOf, type Gap } from "./pages";

const say = words(formWords);

export function EndPage(props: { filling: Filling; jump(gap: Gap): void }) {
  const gaps = createMemo(() => {
    props.filling.version();
    return untrack(() => gapsOf(props.filling));
  });
  const of = (kind: Gap["kind"]) => gaps().filter((gap) => gap.kind === kind);
  return (
    <div class="stack">
      <Show when={of("wrong").length > 0}>
        <Gaps title={say("wrongTitle", { count: of("wrong").length })} gaps={of("wrong")} jump={props.jump} />
      </Show>
      <Show when={of("missing").length > 0} fallback={<Notice>{say("complete")}</Notice>}>
        <Gaps title={say("missingTitle", { count: of("missing").length })} gaps={of("missing")} jump={props.jump} />
      </Show>
      <Show when={of("unconfirmed").length > 0}>
        <Gaps
          title={say("unconfirmedTitle", { count: of("unconfirmed").length })}
          note={say("unconfirmedBody")}
          gaps={of("unconfirmed")}
          jump={props.jump}
        />
      </Show>
      <Show when={gaps().length > 0}>
        <p class="soft">{say("signAnyway")}</p>
      </Show>
    </div>
  );
}

function Gaps(props: { title: string; note?: string; gaps: Gap[]; jump(gap: Gap): void }) {
  return (
    <section class="card stack gaps">
      <h2>{props.title}</h2>
      <Show when={props.note}>
        <p>{props.note}</p>
      </Show>
      <ul class="list">
        <For each={props.gaps}>
          {(gap) => (
            <li class="line">
              <button type="button" class="line-main" onClick={() => props.jump(gap)}>
                {gap.label}
              </button>
            </li>
          )}
        </For>
      </ul>
    </section>
  );
}
