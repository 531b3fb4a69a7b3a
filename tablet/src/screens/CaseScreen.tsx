/** One household: what is asked of me, what is in dispute, who lives there, what was answered last, and where to begin. */

import { For, Show, createEffect, createMemo, createSignal, on } from "solid-js";
import { beginVisit } from "../form/begin";
import type { CaseView, Field } from "../field";
import { Chip } from "../parts/Chip";
import { Icon } from "../parts/Icon";
import { Notice } from "../parts/Notice";
import { Page } from "../parts/Page";
import { go } from "../route";
import type { StatementKind } from "../store/records";
import { language, words } from "../words";
import { caseWords } from "../words/case";
import { CaseAnswers } from "./CaseAnswers";
import { CaseDisputes } from "./CaseDisputes";
import { CaseJoined } from "./CaseJoined";
import { CasePeople } from "./CasePeople";
import { CasePhotos } from "./CasePhotos";
import { CaseTasks } from "./CaseTasks";
import type { Question } from "./caseAnswers";

const say = words(caseWords);

export function CaseScreen(props: { field: Field; id: string }) {
  const [view, setView] = createSignal<CaseView | null>(null);
  const [questions, setQuestions] = createSignal<Question[]>([]);
  const [trouble, setTrouble] = createSignal<"failed" | "beginFailed" | "noForm" | null>(null);
  const line = createMemo(() => props.field.cases().find((each) => each.id === props.id) ?? null);
  const draft = createMemo(() =>
    props.field.drafts().find((each) => each.case === props.id && each.kind !== "neighbour_interview"),
  );

  const nameOf = (member: string) => String(view()?.onScreen[`members.${member}.name`] ?? member);

  async function load(): Promise<void> {
    try {
      setView(await props.field.view(props.id));
    } catch {
      setTrouble("failed");
    }
  }
  // Read again whenever the list is: a contact may have brought something for this very household.
  createEffect(on([() => props.field.cases(), () => props.id], () => void load()));
  createEffect(
    on(language, async (spoken) => {
      const { questionsOf } = await import("./caseForm");
      setQuestions(await questionsOf(props.field, spoken, nameOf));
    }),
  );

  async function begin(kind: StatementKind): Promise<void> {
    setTrouble(null);
    try {
      if ((await props.field.forms()).length === 0) return void setTrouble("noForm");
      const village = line()?.village ?? view()?.held?.village ?? "";
      go(`/visit/${await beginVisit(props.field, { case: props.id, village, kind })}`);
    } catch {
      setTrouble("beginFailed");
    }
  }

  const village = () => props.field.regions.find((region) => region.id === line()?.village)?.name;
  const place = () => [village(), line()?.group, line()?.address].filter(Boolean).join(" · ");
  const empty = () => view() !== null && Object.keys(view()?.onScreen ?? {}).length === 0;
  const recheckAsked = () =>
    (view()?.held?.tasks ?? []).some((task) => task.kind === "recheck" && task.done === null);

  return (
    <Page
      heading={line()?.householder || say("unnamed")}
      title={say("title")}
      below={place()}
      back={() => go("/")}
      actions={
        <>
          <Show
            when={recheckAsked()}
            fallback={
              <button type="button" class="button primary" onClick={() => void begin("household_visit")}>
                <Icon name="house" />
                {say("visit")}
              </button>
            }
          >
            <button type="button" class="button primary" onClick={() => void begin("recheck")}>
              <Icon name="return" />
              {say("recheckBegin")}
            </button>
            <button type="button" class="button" onClick={() => void begin("household_visit")}>
              <Icon name="house" />
              {say("visit")}
            </button>
          </Show>
          <button type="button" class="button" onClick={() => void begin("neighbour_interview")}>
            <Icon name="speech" />
            {say("interview")}
          </button>
        </>
      }
    >
      <Show when={trouble()}>
        {(what) => (
          <Notice kind="problem" spoken>
            <p>{say(what())}</p>
            <Show when={what() === "failed"}>
              <button type="button" class="button" onClick={() => void load()}>
                {say("again")}
              </button>
            </Show>
          </Notice>
        )}
      </Show>
      <Show when={line()?.joinedInto}>{(into) => <CaseJoined into={into()} lines={props.field.cases()} />}</Show>
      <Show when={line()}>
        {(found) => (
          <p class="chips">
            <For each={found().states}>{(state) => <Chip state={state} />}</For>
          </p>
        )}
      </Show>
      <Show when={draft()}>
        {(open) => (
          <div class="list">
            <a class="line" href={`#/visit/${open().id}`}>
              <Icon name="pencil" />
              <span class="line-main">
                <strong>{say("openDraft")}</strong>
                <span class="soft small">{say("draftHere")}</span>
              </span>
              <Icon name="forward" />
            </a>
          </div>
        )}
      </Show>
      <Show when={view()}>
        {(shown) => (
          <>
            <CaseTasks view={shown()} questions={questions()} nameOf={nameOf} />
            <CaseDisputes view={shown()} questions={questions()} />
            <Show when={!shown().held}>
              <Notice>{line() ? say("fresh") : say("gone")}</Notice>
            </Show>
            <Show when={!empty()}>
              <CasePeople view={shown()} questions={questions()} />
              <CaseAnswers view={shown()} questions={questions()} />
            </Show>
            <Show when={shown().held}>
              <CasePhotos field={props.field} id={props.id} />
            </Show>
          </>
        )}
      </Show>
    </Page>
  );
}
