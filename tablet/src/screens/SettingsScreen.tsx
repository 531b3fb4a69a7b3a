/** How the tablet looks and speaks, who uses it, and how it stands with the office and with its own memory. */

import { For, Show, createSignal, onMount } from "solid-js";
import { version } from "../../package.json";
import type { Field } from "../field";
import { Icon } from "../parts/Icon";
import { Notice } from "../parts/Notice";
import { Page } from "../parts/Page";
import { ProgressBar } from "../parts/ProgressBar";
import { moment, size, span } from "../parts/plain";
import { go } from "../route";
import { chooseLanguage, language, words, type Language } from "../words";
import { settingsWords } from "../words/settings";
import { StorageNotice } from "./StorageNotice";
import { UpdateNotice } from "./UpdateNotice";
import { contactText } from "./contactText";
import { chooseOutdoor, outdoor } from "./theme";

const say = words(settingsWords);
const LANGUAGES: [Language, string][] = [
  ["zh", "简体中文"],
  ["en", "English"],
];

export function SettingsScreen(props: { field: Field; lock(): void; addPerson(): void }) {
  return (
    <Page heading={say("title")} back={() => go("/")}>
      <UpdateNotice />
      <fieldset class="card">
        <legend class="unseen">{say("languageTitle")}</legend>
        <h2 aria-hidden="true">{say("languageTitle")}</h2>
        <div class="choices">
          <For each={LANGUAGES}>
            {([code, name]) => (
              <label class="choice" lang={code === "zh" ? "zh-Hans" : "en"}>
                <input
                  type="radio"
                  name="language"
                  checked={language() === code}
                  onChange={() => chooseLanguage(code)}
                />
                {name}
              </label>
            )}
          </For>
        </div>
      </fieldset>
      <fieldset class="card">
        <legend class="unseen">{say("lookTitle")}</legend>
        <h2 aria-hidden="true">{say("lookTitle")}</h2>
        <p class="soft small">{say("lookHelp")}</p>
        <div class="choices">
          <label class="choice">
            <input type="radio" name="look" checked={!outdoor()} onChange={() => chooseOutdoor(false)} />
            {say("lookNormal")}
          </label>
          <label class="choice">
            <input type="radio" name="look" checked={outdoor()} onChange={() => chooseOutdoor(true)} />
            <Icon name="sun" />
            {say("lookOutdoor")}
          </label>
        </div>
      </fieldset>
      <section class="card">
        <h2>{say("peopleTitle")}</h2>
        <ul class="stack">
          <For each={props.field.people}>
            {(person) => (
              <li class="person-line">
                <Icon name="person" />
                <strong>{person.name}</strong>
                <Show when={person.id === props.field.me.id}>
                  <span class="soft small">{say("me")}</span>
                </Show>
              </li>
            )}
          </For>
        </ul>
        <p class="soft small">{say("lockHelp")}</p>
        <div class="buttons">
          <button type="button" class="button primary" onClick={() => props.lock()}>
            <Icon name="lock" />
            {say("lockNow")}
          </button>
          <button type="button" class="button" onClick={() => props.addPerson()}>
            <Icon name="plus" />
            {say("addPerson")}
          </button>
        </div>
      </section>
      <section class="card">
        <h2>{say("leaseTitle")}</h2>
        <Show when={props.field.leaseEnds()} fallback={<p>{say("leaseUnknown")}</p>}>
          {(ends) => (
            <>
              <p>
                <strong class="figures">{say("leaseUntil", { time: moment(ends()) })}</strong>
              </p>
              <p class="soft small">{say("leaseLeft", { span: span(Date.parse(ends()) - Date.now()) })}</p>
            </>
          )}
        </Show>
      </section>
      <section class="card">
        <h2>{say("officeTitle")}</h2>
        <p>{contactText(props.field.contact())}</p>
        <Show when={props.field.agrees() !== false} fallback={<Notice kind="warning">{say("agreesNo")}</Notice>}>
          <p>{props.field.agrees() ? say("agreesYes") : say("agreesUnknown")}</p>
        </Show>
      </section>
      <StorageCard field={props.field} />
      <section class="card">
        <h2>{say("aboutTitle")}</h2>
        <p>{say("authority", { name: props.field.tablet.authority.name[language()] })}</p>
        <p class="figures">
          {say("version", { version })} · {say("tablet", { code: props.field.tablet.replica.slice(0, 8) })}
        </p>
      </section>
    </Page>
  );
}

function StorageCard(props: { field: Field }) {
  const percent = () => Math.floor(props.field.storage() * 100);
  const [figures, setFigures] = createSignal<StorageEstimate | null>(null);
  const [kept, setKept] = createSignal<boolean | null>(null);
  const [asked, setAsked] = createSignal(false);
  onMount(async () => {
    setKept((await navigator.storage?.persisted?.()) ?? false);
    setFigures((await navigator.storage?.estimate?.()) ?? null);
  });

  async function askAgain(): Promise<void> {
    setKept((await navigator.storage?.persist?.()) ?? false);
    setAsked(true);
  }

  return (
    <section class="card">
      <h2>{say("storageTitle")}</h2>
      <p>
        <strong class="figures">{say("storageUsed", { percent: percent() })}</strong>
      </p>
      <ProgressBar label={say("storageLabel")} done={percent()} total={100} />
      <Show when={figures()}>
        {(estimate) => (
          <p class="soft small figures">
            {say("storageFigures", { used: size(estimate().usage ?? 0), quota: size(estimate().quota ?? 0) })}
          </p>
        )}
      </Show>
      <StorageNotice used={props.field.storage()} />
      <Show when={kept() !== null}>
        <Show when={!kept()} fallback={<p>{say("kept")}</p>}>
          <Notice kind="warning">
            <p>{asked() ? say("askedNo") : say("notKept")}</p>
            <button type="button" class="button" onClick={() => void askAgain()}>
              {say("askKeep")}
            </button>
          </Notice>
        </Show>
      </Show>
    </section>
  );
}
