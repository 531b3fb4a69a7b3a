/** The four honest words with their counters, the contact, and the one button that starts it. */

import { For, Show } from "solid-js";
import type { Delivery, Field } from "../field";
import { Icon } from "../parts/Icon";
import { ProgressBar } from "../parts/ProgressBar";
import { span } from "../parts/plain";
import { words } from "../words";
import { workWords } from "../words/work";
import { contactText } from "./contactText";

const say = words(workWords);

const COUNTERS = [
  ["saved", "savedOnly", "savedHelp"],
  ["delivered", "delivered", "deliveredHelp"],
  ["applied", "applied", "appliedHelp"],
  ["owed", "owedFiles", "owedHelp"],
] as const;

export function DeliveryCard(props: { field: Field; toOutbox?: boolean }) {
  const delivery = () => props.field.delivery();
  const running = () => props.field.contact().kind === "running";
  const sent = () => delivery().bytesTotal - delivery().bytesLeft;
  return (
    <section class="card delivery" aria-label={say("deliveryTitle")}>
      <Show when={props.toOutbox} fallback={<Counters delivery={delivery()} />}>
        <a class="to-outbox" href="#/outbox">
          <Counters delivery={delivery()} />
          <span class="unseen">{say("toOutbox")}</span>
        </a>
      </Show>
      <Show when={delivery().needHelp > 0 || delivery().waiting > 0}>
        <p class="chips">
          <Show when={delivery().needHelp > 0}>
            <span class="chip returned">
              <Icon name="warning" />
              {say("needHelp", { count: delivery().needHelp })}
            </span>
          </Show>
          <Show when={delivery().waiting > 0}>
            <span class="chip quarantined">
              <Icon name="eye" />
              {say("waiting", { count: delivery().waiting })}
            </span>
          </Show>
        </p>
      </Show>
      <Show when={running() && delivery().bytesTotal > 0}>
        <ProgressBar label={contactText(props.field.contact())} done={sent()} total={delivery().bytesTotal} />
      </Show>
      <div class="delivery-foot">
        <p class="small">
          {contactText(props.field.contact())}
          <Show when={delivery().oldest}>
            {(oldest) => (
              <>
                <br />
                {say("oldest", { span: span(Date.now() - Date.parse(oldest())) })}
              </>
            )}
          </Show>
        </p>
        <button
          type="button"
          class="button"
          aria-disabled={running()}
          onClick={() => {
            if (!running()) props.field.sync();
          }}
        >
          <Icon name="sync" />
          {running() ? say("syncing") : say("sync")}
        </button>
      </div>
    </section>
  );
}

function Counters(props: { delivery: Delivery }) {
  return (
    <ul class="counters">
      <For each={COUNTERS}>
        {([counter, word, help]) => (
          <li classList={{ asks: (counter === "saved" || counter === "owed") && props.delivery[counter] > 0 }}>
            <strong class="figures">{props.delivery[counter]}</strong>
            <span>{say(word)}</span>
            <span class="soft counter-help">{say(help)}</span>
          </li>
        )}
      </For>
    </ul>
  );
}
