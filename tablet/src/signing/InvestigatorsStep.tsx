/** Each investigator reads the final bytes once more and signs them with their own PIN; the last signature seals. */

import { For, Show, createSignal, onCleanup } from "solid-js";
import { WrongPin, type Field, type Person } from "../field";
import type { FormModel } from "../form/model";
import { Icon } from "../parts/Icon";
import { Page } from "../parts/Page";
import { PinPad } from "../parts/PinPad";
import type { Value } from "../sync/register";
import { words } from "../words";
import { signingWords } from "../words/signing";
import type { Fixed } from "./ceremony";
import { StatementView } from "./StatementView";
import { Steps } from "./Steps";
import { TroubleNotice, type SealTrouble } from "./TroubleNotice";

const say = words(signingWords);

export interface InvestigatorsStepProps {
  field: Field;
  model: FormModel;
  before: Readonly<Record<string, Value>>;
  signers: readonly Person[];
  fixed: Fixed;
  sealing: boolean;
  trouble: SealTrouble | null;
  sign(person: Person, pin: string): Promise<void>;
  seal(): void;
  onBack(): void;
}

export function InvestigatorsStep(props: InvestigatorsStepProps) {
  const [checking, setChecking] = createSignal(false);
  const [wrong, setWrong] = createSignal(false);
  const [failed, setFailed] = createSignal(false);
  const [waitUntil, setWaitUntil] = createSignal(0);
  const [now, setNow] = createSignal(Date.now());
  const tick = setInterval(() => setNow(Date.now()), 500);
  onCleanup(() => clearInterval(tick));

  const signed = (person: Person) => props.fixed.signatures.some(({ keyid }) => keyid === person.keyid);
  const toSign = () => props.signers.filter((person) => !signed(person));
  const notice = (): SealTrouble | null => (failed() ? "failed" : props.trouble);
  const seconds = () => Math.max(0, Math.ceil((waitUntil() - now()) / 1000));

  async function enter(person: Person, pin: string): Promise<void> {
    if (checking()) return;
    setChecking(true);
    setWrong(false);
    setFailed(false);
    try {
      await props.sign(person, pin);
    } catch (error) {
      if (error instanceof WrongPin) {
        setWrong(true);
        setNow(Date.now());
        setWaitUntil(Date.now() + error.waitMs);
      } else {
        setFailed(true);
      }
    } finally {
      setChecking(false);
    }
  }

  return (
    <Page
      heading={say("investigatorsTitle")}
      title={say("title")}
      below={<Steps at={3} />}
      {...(props.sealing ? {} : { back: () => props.onBack() })}
    >
      <p>{say("investigatorsLead")}</p>
      <StatementView field={props.field} model={props.model} payload={props.fixed.payload} before={props.before} />
      <ul class="list">
        <For each={props.signers}>
          {(person) => (
            <li class="line">
              <strong class="signer-name">{person.name}</strong>
              <span class="chip" classList={{ settled: signed(person) }}>
                <Icon name={signed(person) ? "check" : "pencil"} />
                {say(signed(person) ? "signedBy" : "waitsFor")}
              </span>
            </li>
          )}
        </For>
      </ul>
      <TroubleNotice trouble={notice()} />
      <Show when={toSign()[0]} keyed>
        {(person) => (
          <section class="card pin-card">
            <h2>{say(toSign().length === 1 ? "pinLast" : "enterPin", { name: person.name })}</h2>
            <p class="pin-state" role="status">
              <Show when={checking()} fallback={<WrongPinWords wrong={wrong()} seconds={seconds()} />}>
                {say("checking")}
              </Show>
            </p>
            <PinPad
              label={say("enterPin", { name: person.name })}
              disabled={checking() || seconds() > 0}
              onPin={(pin) => void enter(person, pin)}
            />
          </section>
        )}
      </Show>
      <Show when={props.sealing}>
        <p role="status">{say("sealing")}</p>
      </Show>
      <Show when={toSign().length === 0 && !props.sealing && props.trouble !== null}>
        <button type="button" class="button primary" onClick={() => props.seal()}>
          {say("retry")}
        </button>
      </Show>
    </Page>
  );
}

function WrongPinWords(props: { wrong: boolean; seconds: number }) {
  return (
    <Show when={props.wrong}>
      <span class="field-error">
        <Icon name="stop" />
        {props.seconds > 0 ? say("wrongPinWait", { seconds: props.seconds }) : say("wrongPin")}
      </span>
    </Show>
  );
}
