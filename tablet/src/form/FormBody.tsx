/** What stands on one page of a form: questions, groups of questions, and lists of entries. */

import { For, Match, Show, Switch, createMemo, createSignal, untrack } from "solid-js";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import { words } from "../words";
import { formWords } from "../words/form";
import {
  childrenOf,
  isQuestion,
  type AnyNode,
  type RepeatInstanceNode,
  type RepeatRangeUncontrolledNode,
} from "./engine";
import type { Filling } from "./filling";
import { entryName, isShown, progressOf } from "./pages";
import { Question } from "./Question";

const say = words(formWords);

export interface FormBodyProps {
  filling: Filling;
  node: AnyNode;
  open(page: string): void;
}

export function FormBody(props: FormBodyProps) {
  return (
    <For each={childrenOf(props.node)}>
      {(node) => (
        <Show when={node.currentState.relevant}>
          <Part {...props} node={node} within={props.node} />
        </Show>
      )}
    </For>
  );
}

function Part(props: FormBodyProps & { within: AnyNode }) {
  const binding = () => props.filling.form.bindingOf(props.node);
  return (
    <Switch>
      <Match when={isQuestion(props.node) && props.node}>
        {(node) => (
          <Show when={binding()}>
            {(found) => (
              <Show when={isShown(found())}>
                <Question filling={props.filling} node={node()} binding={found()} />
              </Show>
            )}
          </Show>
        )}
      </Match>
      <Match when={props.node.nodeType === "repeat-range:uncontrolled" && props.node}>
        {(range) => <Entries {...props} node={props.within} range={range() as RepeatRangeUncontrolledNode} />}
      </Match>
      <Match when={props.node.nodeType === "note"}>
        <p class="notice plain">{props.node.currentState.label?.asString}</p>
      </Match>
      <Match when={props.node.nodeType === "group"}>
        <section class="card stack">
          <h2>{props.node.currentState.label?.asString}</h2>
          <FormBody {...props} />
        </section>
      </Match>
    </Switch>
  );
}

/** The people of a household, its income lines, its vehicles: each entry is a page of its own. */
function Entries(props: FormBodyProps & { range: RepeatRangeUncontrolledNode }) {
  const [leaving, setLeaving] = createSignal<RepeatInstanceNode | null>(null);
  const label = () => props.range.currentState.label?.asString ?? "";

  function add(): void {
    const entry = props.filling.form.addEntry(props.range);
    props.filling.changed();
    props.open(entry.currentState.reference);
  }

  function remove(entry: RepeatInstanceNode): void {
    const at = props.range.currentState.children.indexOf(entry);
    if (at >= 0) props.range.removeInstances(at, 1);
    setLeaving(null);
    props.filling.changed();
  }

  function isOnFile(entry: RepeatInstanceNode): boolean {
    const prefix = props.filling.form.collectionOf(props.range)?.prefix ?? "";
    return props.filling.last(`${prefix}${props.filling.form.keyOf(entry)}.listed`) === true;
  }

  return (
    <section class="entries stack" aria-label={label()}>
      {/* A page that is nothing but this list has said its name already. */}
      <Show when={label() !== props.node.currentState.label?.asString}>
        <h2>{label()}</h2>
      </Show>
      <Show when={props.range.currentState.children.length > 0} fallback={<p class="soft">{say("noEntries")}</p>}>
        <ul class="list">
          <For each={props.range.currentState.children}>
            {(entry) => (
              <EntryLine
                filling={props.filling}
                entry={entry}
                onOpen={() => props.open(entry.currentState.reference)}
                onRemove={() => setLeaving(entry)}
              />
            )}
          </For>
        </ul>
      </Show>
      <button type="button" class="button wide" onClick={add}>
        <Icon name="plus" />
        {say("add", { what: label() })}
      </button>
      <Show when={leaving()}>
        {(entry) => (
          <Dialog
            title={say("removeSure", { what: entryName(props.filling, entry()) })}
            onClose={() => setLeaving(null)}
            actions={
              <>
                <button type="button" class="button" onClick={() => setLeaving(null)}>
                  {say("keep")}
                </button>
                <button type="button" class="button danger" onClick={() => remove(entry())}>
                  {say("remove")}
                </button>
              </>
            }
          >
            <Show when={isOnFile(entry())}>
              <p>{say("removeKnown")}</p>
            </Show>
          </Dialog>
        )}
      </Show>
    </section>
  );
}

function EntryLine(props: { filling: Filling; entry: RepeatInstanceNode; onOpen(): void; onRemove(): void }) {
  const facts = createMemo(() => {
    props.filling.calm();
    return untrack(() => ({
      name: entryName(props.filling, props.entry),
      progress: progressOf(props.filling, props.entry),
    }));
  });
  return (
    <li class="line entry-line">
      <button type="button" class="line-main" onClick={() => props.onOpen()}>
        <strong>{facts().name}</strong>
        <span class="soft small">
          {say("answered", { done: facts().progress.answered, all: facts().progress.asked })}
          <Show when={facts().progress.missing > 0}>
            <span class="lacking"> · {say("lacking", { count: facts().progress.missing })}</span>
          </Show>
        </span>
      </button>
      <button
        type="button"
        class="button quiet"
        aria-label={`${say("remove")}: ${facts().name}`}
        onClick={() => props.onRemove()}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}
