/** Everything that was signed here and has not wholly arrived: how far it is, and what it waits for. */

import { For, Match, Show, Switch, createMemo } from "solid-js";
import type { Field } from "../field";
import { Chip, type State } from "../parts/Chip";
import { Icon } from "../parts/Icon";
import { Notice } from "../parts/Notice";
import { Page } from "../parts/Page";
import { ProgressBar } from "../parts/ProgressBar";
import { moment, size } from "../parts/plain";
import { go } from "../route";
import type { OutboxRow } from "../store/records";
import { words } from "../words";
import { outboxWords } from "../words/outbox";
import { DeliveryCard } from "./DeliveryCard";
import { RevokedNotice } from "./RevokedNotice";
import { LifeboatCard } from "./LifeboatCard";

const say = words(outboxWords);

/** On a revoked tablet it is the only screen: what was signed still goes out, and nothing else can be read. */
export function OutboxScreen(props: { field: Field; revoked?: boolean }) {
  return (
    <Page heading={say("title")} {...(props.revoked ? {} : { back: () => go("/") })}>
      <Show when={props.revoked}>
        <RevokedNotice />
      </Show>
      <DeliveryCard field={props.field} />
      <Show when={props.field.outbox().length > 0} fallback={<Notice>{say("empty")}</Notice>}>
        <ul class="stack">
          <For each={props.field.outbox()}>{(row) => <Waiting field={props.field} row={row} />}</For>
        </ul>
      </Show>
      <details class="card">
        <summary>{say("wordsTitle")}</summary>
        <ul class="stack">
          <li>{say("savedMeans")}</li>
          <li>{say("deliveredMeans")}</li>
          <li>{say("appliedMeans")}</li>
          <li>{say("owedMeans")}</li>
        </ul>
      </details>
      <LifeboatCard field={props.field} />
    </Page>
  );
}

/** The one word for a statement: what is wrong before what is waited for before what is done. */
export function stateOf(row: OutboxRow, owed: number): State {
  if (row.problem) return "needHelp";
  if (!row.receipt) return "saved";
  if (row.receipt.verdict === "quarantined") return "quarantined";
  return owed > 0 ? "owed" : "delivered";
}

function Waiting(props: { field: Field; row: OutboxRow }) {
  const files = createMemo(() => props.row.evidence.map(({ digest }) => props.field.files()[digest]));
  const done = () => files().filter((file) => file?.delivered).length;
  const owed = () => files().length - done();
  const total = () => files().reduce((sum, file) => sum + (file?.length ?? 0), 0);
  const sent = () => files().reduce((sum, file) => sum + (file?.delivered ? file.length : (file?.offset ?? 0)), 0);
  const state = () => stateOf(props.row, owed());
  const householder = () => props.field.householders()[props.row.statement];

  return (
    <li class="card">
      <div class="waiting-head">
        <div class="line-main">
          <strong>
            {say(props.row.kind)}
            {householder() ? ` · ${householder()}` : ""}
          </strong>
          <span class="soft small figures">
            {say("sealed", { time: moment(props.row.sealedAt) })} ·{" "}
            {say("code", { code: `${props.field.tablet.replica.slice(0, 4)}-${props.row.seq}` })}
          </span>
        </div>
        <Chip state={state()} />
      </div>
      <Show when={files().length > 0} fallback={<p class="small soft">{say("textOnly")}</p>}>
        <ProgressBar label={say("filesLabel")} done={sent()} total={total()} />
        <p class="small figures">
          {say("files", { done: done(), total: files().length, sent: size(sent()), size: size(total()) })}
        </p>
      </Show>
      <Switch fallback={<p class="small">{say("deliveredText")}</p>}>
        <Match when={state() === "saved"}>
          <p class="small">{say("savedText")}</p>
        </Match>
        <Match when={state() === "owed"}>
          <p class="small">{say("owedCount", { count: owed() })}</p>
        </Match>
        <Match when={state() === "quarantined"}>
          <Notice kind="warning">
            <p>{say("quarantinedText")}</p>
            <Show when={props.row.reason}>{(reason) => <p>{say("why", { reason: reasonText(reason()) })}</p>}</Show>
          </Notice>
        </Match>
        <Match when={props.row.problem}>
          {(problem) => (
            <Notice kind="problem" title={problem().title}>
              <Show when={problem().detail}>{(detail) => <p>{detail()}</p>}</Show>
              <p>{say("helpText")}</p>
              <button type="button" class="button" onClick={() => void props.field.retry(props.row.statement)}>
                <Icon name="sync" />
                {say("retry")}
              </button>
            </Notice>
          )}
        </Match>
      </Switch>
    </li>
  );
}

/** Why it waits at the office; a reason that this version has no words for is named by its code. */
function reasonText(code: string): string {
  return code in outboxWords.zh && code.includes("_")
    ? say(code as keyof typeof outboxWords.zh)
    : say("otherReason", { code });
}
