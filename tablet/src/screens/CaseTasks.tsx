/** What the office asks of whoever goes there next, in words that say what to do. */

import { For, Show } from "solid-js";
import { Notice } from "../parts/Notice";
import type { HeldCase, Task } from "../store/records";
import { words } from "../words";
import { caseWords } from "../words/case";

const say = words(caseWords);

const KNOWN = {
  recheck: ["recheck", "recheckDo"],
  retake: ["retake", "retakeDo"],
  re_ask: ["re_ask", "re_askDo"],
  re_sign: ["re_sign", "re_signDo"],
} as const;

export function CaseTasks(props: { held: HeldCase | null }) {
  const open = () => (props.held?.tasks ?? []).filter((task) => task.done === null);
  return (
    <Show when={open().length > 0}>
      <section class="stack">
        <h2>{say("tasksTitle")}</h2>
        <For each={open()}>{(task) => <Asked task={task} />}</For>
      </section>
    </Show>
  );
}

/** A kind that this version does not know is still shown, with the office's own note. */
function Asked(props: { task: Task }) {
  const wording = () =>
    props.task.kind in KNOWN ? KNOWN[props.task.kind as keyof typeof KNOWN] : (["otherTask", "otherTaskDo"] as const);
  return (
    <Notice kind="warning" title={say(wording()[0])}>
      <p>{say(wording()[1])}</p>
      <Show when={props.task.note}>{(note) => <p>{say("taskNote", { note: note() })}</p>}</Show>
      <Show when={props.task.due}>{(due) => <p>{say("taskBy", { day: due().slice(0, 10) })}</p>}</Show>
    </Notice>
  );
}
