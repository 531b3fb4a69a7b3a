/** My work: what I have begun, what is due, and whether what I did has arrived. */

import { For, Index, Show, createDeferred, createMemo, createSignal } from "solid-js";
import { beginVisit } from "../form/begin";
import type { CaseLine, DraftLine, Field } from "../field";
import { Chip } from "../parts/Chip";
import { Icon } from "../parts/Icon";
import { Notice } from "../parts/Notice";
import { Page } from "../parts/Page";
import { moment } from "../parts/plain";
import { go } from "../route";
import { language, words } from "../words";
import { shellWords } from "../words/shell";
import { workWords } from "../words/work";
import { DeliveryCard } from "./DeliveryCard";
import { NewHousehold } from "./NewHousehold";
import { StorageNotice } from "./StorageNotice";
import { UpdateNotice } from "./UpdateNotice";
import { FILTERS, counted, onList, villages, type Filter, type Village } from "./workList";

const say = words(workWords);
const sayState = words(shellWords);

// Kept between screens: whoever comes back from a household finds the list as it was left.
const [filter, setFilter] = createSignal<Filter>("all");
const [search, setSearch] = createSignal("");

export function WorkScreen(props: { field: Field }) {
  const [choosing, setChoosing] = createSignal(false);
  const [trouble, setTrouble] = createSignal("");
  const mine = createMemo(() => onList(props.field.cases()));
  const counts = createMemo(() => counted(mine()));
  const asked = createDeferred(search, { timeoutMs: 150 });
  const shown = createMemo(() =>
    villages(mine(), props.field.regions, filter(), asked(), language() === "zh" ? "zh" : "en"),
  );
  const found = createMemo(() => shown().reduce((sum, village) => sum + village.lines.length, 0));

  async function begin(village: string): Promise<void> {
    setChoosing(false);
    try {
      if ((await props.field.forms()).length === 0) return void setTrouble(say("noForm"));
      go(`/visit/${await beginVisit(props.field, { case: null, village, kind: "household_visit" })}`);
    } catch {
      setTrouble(say("beginFailed"));
    }
  }

  return (
    <Page
      heading={say("title")}
      wide
      below={props.field.tablet.authority.name[language()]}
      tools={
        <>
          <a class="button quiet" href="#/outbox">
            <Icon name="outbox" />
            <span class="tool-word">{say("outbox")}</span>
          </a>
          <a class="button quiet" href="#/settings">
            <Icon name="settings" />
            <span class="tool-word">{say("settings")}</span>
          </a>
        </>
      }
      actions={
        <button type="button" class="button primary" onClick={() => setChoosing(true)}>
          <Icon name="plus" />
          {say("newHousehold")}
        </button>
      }
    >
      <div class="work-aside">
        <StorageNotice used={props.field.storage()} />
        <UpdateNotice />
        <Show when={trouble()}>
          <Notice kind="warning" spoken>
            {trouble()}
          </Notice>
        </Show>
        <Show when={props.field.drafts().length > 0}>
          <section class="stack">
            <h2>{say("draftsTitle")}</h2>
            <ul class="list">
              <For each={props.field.drafts()}>{(draft) => <li>{<Draft draft={draft} />}</li>}</For>
            </ul>
          </section>
        </Show>
        <DeliveryCard field={props.field} toOutbox />
      </div>
      <Show when={counts().all > 0} fallback={<Notice>{say("noneYet")}</Notice>}>
        <section class="stack" aria-label={say("households", { count: counts().all })}>
          <div class="search">
            <Icon name="search" />
            <input
              class="input"
              type="search"
              enterkeyhint="search"
              autocomplete="off"
              value={search()}
              aria-label={say("search")}
              placeholder={say("search")}
              onInput={(event) => setSearch(event.currentTarget.value)}
            />
          </div>
          <div class="filters" role="group" aria-label={say("filters")}>
            <For each={FILTERS}>
              {(name) => (
                <Show when={name === "all" || counts()[name] > 0 || filter() === name}>
                  <button
                    type="button"
                    class="filter"
                    aria-pressed={filter() === name}
                    onClick={() => setFilter(name)}
                  >
                    {name === "all" ? say("all") : sayState(name)} <span class="figures">{counts()[name]}</span>
                  </button>
                </Show>
              )}
            </For>
          </div>
          <p class="small soft" role="status">
            {found() === 0 ? say("none") : filter() === "all" && !search() ? "" : say("found", { count: found() })}
          </p>
          <Index each={shown()}>{(village) => <VillageLines village={village()} />}</Index>
        </section>
      </Show>
      <Show when={choosing()}>
        <NewHousehold
          field={props.field}
          onVillage={(village) => void begin(village)}
          onClose={() => setChoosing(false)}
        />
      </Show>
    </Page>
  );
}

const DRAFTS = {
  household_visit: "draftVisit",
  neighbour_interview: "draftInterview",
  recheck: "draftRecheck",
} as const;

function Draft(props: { draft: DraftLine }) {
  const name = () => (props.draft.kind === "neighbour_interview" ? "" : props.draft.householder || say("draftFresh"));
  return (
    <a class="line" href={`#/visit/${props.draft.id}`}>
      <Icon name="pencil" />
      <span class="line-main">
        <strong>{name() || say(DRAFTS[props.draft.kind])}</strong>
        <span class="soft small">
          {name() ? `${say(DRAFTS[props.draft.kind])} · ` : ""}
          {say("draftAt", { time: moment(props.draft.updatedAt) })}
        </span>
      </span>
      <Icon name="forward" />
    </a>
  );
}

function VillageLines(props: { village: Village }) {
  const counts = () => ({ total: props.village.total, due: props.village.due, done: props.village.done });
  return (
    <section class="village">
      <div class="village-head">
        <h2>{props.village.name || say("noVillage")}</h2>
        <p class="small soft figures">{say("villageCounts", counts())}</p>
      </div>
      <ul class="list">
        <For each={props.village.lines}>{(line) => <Household line={line} />}</For>
      </ul>
    </section>
  );
}

function Household(props: { line: CaseLine }) {
  return (
    <li class="household">
      <a class="line" href={`#/case/${props.line.id}`}>
        <span class="line-main">
          <strong>{props.line.householder || say("unnamed")}</strong>
          <span class="soft small">{[props.line.group, props.line.address].filter(Boolean).join(" · ")}</span>
          <span class="soft small figures">
            {props.line.lastVisit ? say("lastVisit", { day: props.line.lastVisit }) : say("neverVisited")}
            {props.line.unsent > 0 ? ` · ${say("unsent", { count: props.line.unsent })}` : ""}
          </span>
        </span>
        <span class="chips">
          <For each={props.line.states}>{(state) => <Chip state={state} />}</For>
        </span>
        <Icon name="forward" />
      </a>
    </li>
  );
}
