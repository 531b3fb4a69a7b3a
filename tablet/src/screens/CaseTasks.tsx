/** What the office asks of whoever goes there next, in words that say what to do, by when and about what. */

import { For, Show } from "solid-js";
import type { CaseView } from "../field";
import { Notice } from "../parts/Notice";
import { day } from "../parts/plain";
import { words } from "../words";
import { caseWords } from "../words/case";
import { labelOf, type Question } from "./caseAnswers";
import { openTasks, type OpenTask } from "./tasks";

const say = words(caseWords);

const KNOWN = {
  recheck: ["recheck", "recheckDo"],
  retake: ["retake", "retakeDo"],
  re_ask: ["re_ask", "re_askDo"],
  re_visit: ["re_visit", "re_visitDo"],
  re_sign: ["re_sign", "re_signDo"],
} as const;

export function CaseTasks(props: { view: CaseView; questions: Question[]; nameOf(member: string): string }) {
  const open = () => openTasks(props.view.held, day(new Date().toISOString()));
  return (
    <Show when={open().length > 0}>
      <section class="stack">
        <h2>{say("tasksTitle")}</h2>
        <For each={open()}>{(task) => <Asked task={task} questions={props.questions} nameOf={props.nameOf} />}</For>
      </section>
    </Show>
  );
}

/** A kind that this version does not know is still shown, with the office's own note. */
function Asked(props: { task: OpenTask; questions: Question[]; nameOf(member: string): string }) {
  const wording = () =>
    props.task.kind in KNOWN ? KNOWN[props.task.kind as keyof typeof KNOWN] : (["otherTask", "otherTaskDo"] as const);
  const title = () => [props.task.late ? say("taskLate") : "", say(wording()[0])].filter(Boolean).join(" · ");
  function fieldText(path: string): string {
    const [collection, entry, name] = path.split(".");
    const of = collection === "members" && name !== undefined ? `${props.nameOf(entry ?? "")} · ` : "";
    return of + labelOf(path, props.questions);
  }
  return (
    <Notice kind={props.task.late ? "problem" : "warning"} title={title()}>
      <p>{say(wording()[1])}</p>
      <Show when={props.task.field}>{(path) => <p>{say("taskField", { field: fieldText(path()) })}</p>}</Show>
      <Show when={props.task.note}>{(note) => <p>{say("taskNote", { note: note() })}</p>}</Show>
      <Show when={props.task.person}>
        {(name) => (
          <p>
            <strong>{say("taskFor", { name: name() })}</strong>
          </p>
        )}
      </Show>
      <Show when={props.task.due}>
        {(due) => (
          <p class="figures">
            <strong>{say("taskBy", { day: due() })}</strong>
          </p>
        )}
      </Show>
      <Show when={props.task.by}>{(name) => <p class="soft small">{say("taskAsked", { name: name() })}</p>}</Show>
    </Notice>
  );
}
