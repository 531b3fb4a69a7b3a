/** The sections of a form, how far each is, and what each still lacks. */

import { For, Show, createMemo, untrack } from "solid-js";
import { Icon } from "../parts/Icon";
import { words } from "../words";
import { formWords } from "../words/form";
import type { AnyNode } from "./engine";
import type { Filling } from "./filling";
import { END, progressOf, type FormPage } from "./pages";

const say = words(formWords);

export interface SectionListProps {
  filling: Filling;
  pages: FormPage[];
  /** Where the list hides behind a button: whether it is shown. */
  open: boolean;
  /** The reference of the page that is shown, or END. */
  current: string;
  onOpen(reference: string): void;
  onDiscard(): void;
}

export function SectionList(props: SectionListProps) {
  return (
    <nav class="visit-sections" classList={{ listed: props.open }} aria-label={say("sections")}>
      <ol class="list">
        <For each={props.pages}>
          {(each) => (
            <SectionLine
              filling={props.filling}
              title={each.title}
              node={each.node}
              current={props.current === each.reference}
              onOpen={() => props.onOpen(each.reference)}
            />
          )}
        </For>
        <li class="line">
          <button
            type="button"
            class="line-main"
            aria-current={props.current === END ? "page" : undefined}
            onClick={() => props.onOpen(END)}
          >
            <strong>{say("ending")}</strong>
          </button>
        </li>
      </ol>
      <button type="button" class="button quiet danger-text" onClick={() => props.onDiscard()}>
        <Icon name="erase" />
        {say("discard")}
      </button>
    </nav>
  );
}

function SectionLine(props: { filling: Filling; title: string; node: AnyNode; current: boolean; onOpen(): void }) {
  const progress = createMemo(() => {
    props.filling.calm();
    return untrack(() => progressOf(props.filling, props.node));
  });
  return (
    <li class="line">
      <button
        type="button"
        class="line-main"
        aria-current={props.current ? "page" : undefined}
        onClick={() => props.onOpen()}
      >
        <strong>{props.title}</strong>
        <span class="soft small">
          {progress().asked === 0
            ? say("noEntries")
            : say("answered", { done: progress().answered, all: progress().asked })}
          <Show when={progress().missing > 0}>
            <span class="lacking"> · {say("lacking", { count: progress().missing })}</span>
          </Show>
        </span>
      </button>
    </li>
  );
}
