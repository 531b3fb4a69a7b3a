/**
 * Makes a browser into a tablet of the county, or adds a second investigator to it: code, name, PIN twice.
 *
 * The code is used up by the last step only, so that whoever turns back has lost nothing.
 */

import { Match, Show, Suspense, Switch, createSignal, lazy } from "solid-js";
import type { Field } from "../field";
import { EnrolmentRefused, Offline, enrol } from "../openTablet";
import { Icon } from "../parts/Icon";
import { Notice } from "../parts/Notice";
import { Page } from "../parts/Page";
import { PinPad } from "../parts/PinPad";
import { words } from "../words";
import { entryWords } from "../words/entry";
import { LanguageSwitch } from "./LanguageSwitch";
import { CODE_LENGTH, codeFromScan, groupedCode, normalCode, strangeSign } from "./enrolmentCode";
import { pinWeakness } from "./pinRules";

const say = words(entryWords);
const QrReader = lazy(() => import("./QrReader"));

export interface EnrolScreenProps {
  /** From the address of the office's QR code, or null. */
  code: string | null;
  /** False for a second person: the tablet has its name already. */
  first: boolean;
  lost: boolean;
  /** Nobody here can unlock: drafts and cases are given up, and everybody enrols anew. */
  startOver: boolean;
  onCancel?: () => void;
  onEnrolled(field: Field): void;
}

type Step = "code" | "label" | "pin" | "again" | "working" | "welcome";
type Failure = { title: string; detail: string; safe: string } | null;

export function EnrolScreen(props: EnrolScreenProps) {
  const fromAddress = props.code === null ? null : codeFromScan(props.code);
  const [code, setCode] = createSignal(fromAddress ?? "");
  const [label, setLabel] = createSignal("");
  const [pin, setPin] = createSignal("");
  const [step, setStep] = createSignal<Step>(fromAddress ? afterCode() : "code");
  const [pinError, setPinError] = createSignal("");
  const [failure, setFailure] = createSignal<Failure>(null);
  const [enrolled, setEnrolled] = createSignal<Field | null>(null);

  function afterCode(): Step {
    return props.first ? "label" : "pin";
  }
  const total = () => (props.first ? 3 : 2);
  const place = () => ({ code: 1, label: 2 })[step() as "code" | "label"] ?? total();

  function firstPin(chosen: string): void {
    const weakness = pinWeakness(chosen);
    setPinError(weakness ? say(weakness) : "");
    if (weakness) return;
    setPin(chosen);
    setStep("again");
  }

  async function secondPin(repeated: string): Promise<void> {
    if (repeated !== pin()) {
      setPinError(say("pinDifferent"));
      return void setStep("pin");
    }
    setPinError("");
    setFailure(null);
    setStep("working");
    try {
      await navigator.storage?.persist?.();
      setEnrolled(await enrol(code(), label().trim(), pin(), props.startOver));
      setStep("welcome");
    } catch (error) {
      setFailure(failureOf(error));
      setStep("code");
    } finally {
      setPin("");
    }
  }

  return (
    <Page
      heading={props.first ? say("enrolTitle") : say("enrolAnother")}
      tools={<LanguageSwitch />}
      {...(props.onCancel && step() !== "working" && step() !== "welcome" ? { back: props.onCancel } : {})}
    >
      <div class="entry">
        <Show when={props.lost && step() === "code"}>
          <Notice kind="problem" title={say("lossTitle")}>
            {say("lossText")}
          </Notice>
        </Show>
        <Show when={failure()}>
          {(failed) => (
            <Notice kind="problem" title={failed().title} spoken>
              <p>{failed().detail}</p>
              <p>{failed().safe}</p>
            </Notice>
          )}
        </Show>
        <Show when={step() !== "working" && step() !== "welcome"}>
          <p class="soft small">{say("step", { step: place(), total: total() })}</p>
        </Show>
        <Switch>
          <Match when={step() === "code"}>
            <CodeStep code={code()} onCode={setCode} onNext={() => setStep(afterCode())} />
          </Match>
          <Match when={step() === "label"}>
            <LabelStep label={label()} onLabel={setLabel} onNext={() => setStep("pin")} />
          </Match>
          <Match when={step() === "pin" || step() === "again"}>
            <section class="card">
              <h2>{step() === "pin" ? say("pinTitle") : say("pinAgain")}</h2>
              <p class="soft">{say("pinLead")}</p>
              <p class="field-error" role="alert">
                {pinError()}
              </p>
              <Show
                when={step() === "pin"}
                fallback={<PinPad label={say("pinAgain")} onPin={(again) => void secondPin(again)} />}
              >
                <PinPad label={say("pinTitle")} onPin={firstPin} />
              </Show>
            </section>
          </Match>
          <Match when={step() === "working"}>
            <section class="card" role="status">
              <p>{say("working")}</p>
            </section>
          </Match>
          <Match when={step() === "welcome" && enrolled()}>
            {(field) => <Welcome field={field()} onStart={() => props.onEnrolled(field())} />}
          </Match>
        </Switch>
      </div>
    </Page>
  );
}

function failureOf(error: unknown): Failure {
  if (error instanceof EnrolmentRefused) {
    const { title, detail } = error.problem;
    return { title: title || say("refusedTitle"), detail: detail ?? "", safe: say("refusedSafe") };
  }
  if (error instanceof Offline) return { title: say("offlineTitle"), detail: say("offlineText"), safe: "" };
  return { title: say("refusedTitle"), detail: say("failedText"), safe: "" };
}

function CodeStep(props: { code: string; onCode(code: string): void; onNext(): void }) {
  const [scanning, setScanning] = createSignal(false);
  const [error, setError] = createSignal("");
  const [typed, setTyped] = createSignal(groupedCode(props.code));

  function next(): void {
    const code = normalCode(typed());
    const strange = strangeSign(code);
    if (strange) return void setError(say("codeStrange", { sign: strange }));
    if (code.length !== CODE_LENGTH) return void setError(say("codeShort", { count: code.length }));
    props.onCode(code);
    props.onNext();
  }
  function scanned(text: string): void {
    const code = codeFromScan(text);
    if (!code) return void setError(say("scanForeign"));
    setScanning(false);
    setTyped(groupedCode(code));
    next();
  }

  return (
    <form
      class="card"
      novalidate
      onSubmit={(event) => {
        event.preventDefault();
        next();
      }}
    >
      <p>{say("enrolLead")}</p>
      <button
        type="button"
        class="button wide"
        classList={{ primary: !scanning() }}
        onClick={() => setScanning((on) => !on)}
      >
        <Icon name="camera" />
        {scanning() ? say("scanStop") : say("scan")}
      </button>
      <Show when={scanning()}>
        <Suspense fallback={<div class="scan" />}>
          <QrReader onText={scanned} />
        </Suspense>
      </Show>
      <div class="field">
        <label class="field-label" for="enrolment-code">
          {say("codeLabel")}
        </label>
        <p class="field-help" id="enrolment-code-help">
          {say("codeHelp")}
        </p>
        <p class="field-error" id="enrolment-code-error" role="alert">
          {error()}
        </p>
        <input
          id="enrolment-code"
          class="code-input figures"
          value={typed()}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          placeholder="XXXX-XXXX-XXXX-XXXX"
          aria-describedby="enrolment-code-help enrolment-code-error"
          aria-invalid={error() !== ""}
          onInput={(event) => {
            setError("");
            setTyped(event.currentTarget.value);
          }}
          onBlur={() => setTyped(groupedCode(typed()))}
        />
      </div>
      <button class="button wide">{say("next")}</button>
    </form>
  );
}

function LabelStep(props: { label: string; onLabel(label: string): void; onNext(): void }) {
  const [error, setError] = createSignal("");
  return (
    <form
      class="card"
      novalidate
      onSubmit={(event) => {
        event.preventDefault();
        if (props.label.trim()) props.onNext();
        else setError(say("labelEmpty"));
      }}
    >
      <div class="field">
        <label class="field-label" for="tablet-label">
          {say("labelLabel")}
        </label>
        <p class="field-help" id="tablet-label-help">
          {say("labelHelp")}
        </p>
        <p class="field-error" id="tablet-label-error" role="alert">
          {error()}
        </p>
        <input
          id="tablet-label"
          value={props.label}
          maxlength={60}
          autocomplete="off"
          aria-describedby="tablet-label-help tablet-label-error"
          aria-invalid={error() !== ""}
          onInput={(event) => props.onLabel(event.currentTarget.value)}
        />
      </div>
      <button class="button primary wide">{say("next")}</button>
    </form>
  );
}

function Welcome(props: { field: Field; onStart(): void }) {
  const kept = () => props.field.tablet.persisted;
  return (
    <>
      <section class="card">
        <h2>{say("welcome", { name: props.field.me.name })}</h2>
        <p>{say("welcomeLead")}</p>
      </section>
      <Notice {...(kept() ? {} : { kind: "warning" as const })} title={kept() ? say("persistYes") : say("persistNo")}>
        {kept() ? say("persistYesText") : say("persistNoText")}
      </Notice>
      <Show when={!matchMedia("(display-mode: standalone)").matches}>
        <Notice title={say("install")}>{say("installText")}</Notice>
      </Show>
      <button type="button" class="button primary wide" onClick={() => props.onStart()}>
        {say("start")}
      </button>
    </>
  );
}
