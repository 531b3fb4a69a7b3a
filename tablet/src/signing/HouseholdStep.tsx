/**
 * The household's side (for an interview: the informed person's): reads everything, then signs by hand, or it is put
 * down how and why not.
 */

import { For, Show, createSignal, createUniqueId } from "solid-js";
import { InkPad } from "../capture/InkPad";
import { PhotoInput } from "../capture/PhotoInput";
import type { Field } from "../field";
import type { FormModel } from "../form/model";
import { Icon } from "../parts/Icon";
import { FieldError } from "../parts/FieldError";
import { Page } from "../parts/Page";
import type { Photo } from "../store/records";
import type { Outcome } from "../sync/statement";
import type { Value } from "../sync/register";
import { words } from "../words";
import { signingWords } from "../words/signing";
import type { HouseholdSigned } from "./ceremony";
import { TroubleNotice, type SealTrouble } from "./TroubleNotice";
import { THUMBPRINT } from "./seal";
import { MAX_REASON, outcomesOf, wantsReason, writesInk, type OtherSlot } from "./slots";
import { StatementView } from "./StatementView";
import { Steps } from "./Steps";

const say = words(signingWords);

export interface HouseholdStepProps {
  field: Field;
  draft: string;
  model: FormModel;
  before: Readonly<Record<string, Value>>;
  slot: OtherSlot;
  payload: Uint8Array;
  outcome: Outcome;
  busy: boolean;
  trouble: SealTrouble | null;
  /** Another way of signing: the statement may read otherwise then. */
  onOutcome(outcome: Outcome): void;
  onBack(written: boolean): void;
  onSigned(signed: HouseholdSigned): void;
}

export function HouseholdStep(props: HouseholdStepProps) {
  const reasonField = createUniqueId();
  const [ink, setInk] = createSignal<Uint8Array | null>(null);
  const [print, setPrint] = createSignal<Photo | null>(null);
  const [reason, setReason] = createSignal("");
  const [tried, setTried] = createSignal(false);
  const informant = () => props.slot === "informant";
  const byThumb = () => props.outcome === "thumbprint";

  function choose(outcome: Outcome): void {
    setInk(null); // what was written was written for another way of signing
    setPrint(null);
    setTried(false);
    props.onOutcome(outcome);
  }

  const problem = () => {
    const { outcome } = props;
    if (wantsReason(outcome) && reason().trim() === "") return say("needReason", { what: say(`reason_${outcome}`) });
    if (!writesInk(outcome) || ink() || (byThumb() && print())) return null;
    return say(byThumb() ? "needPrint" : "needInk");
  };

  function next(): void {
    setTried(true);
    if (problem() !== null) return;
    const { outcome } = props;
    const [written, photo] = [ink(), print()];
    props.onSigned({
      outcome,
      reason: saidReason(outcome, reason().trim()),
      handwriting: written ? { kind: "ink", bytes: written } : photo ? { kind: "print", photo } : null,
    });
  }

  return (
    <Page
      heading={say(informant() ? "readInformant" : "readHouseholder")}
      title={say("title")}
      below={<Steps at={2} />}
      back={() => props.onBack(ink() !== null || print() !== null)}
      actions={
        <button type="button" class="button primary" disabled={props.busy} onClick={next}>
          {say("toInvestigators")}
          <Icon name="forward" />
        </button>
      }
    >
      <p>{say("readLead")}</p>
      <StatementView field={props.field} model={props.model} payload={props.payload} before={props.before} />
      <section class="card">
        <fieldset>
          <legend class="field-label">{say(informant() ? "how_informant" : "how_householder")}</legend>
          <div class="choices">
            <For each={outcomesOf(props.slot)}>
              {(outcome) => (
                <label class="choice">
                  <input
                    type="radio"
                    name={reasonField}
                    checked={props.outcome === outcome}
                    onChange={() => choose(outcome)}
                  />
                  {say(`outcome_${outcome}`)}
                </label>
              )}
            </For>
          </div>
        </fieldset>
        <Show when={wantsReason(props.outcome)}>
          <div class="field">
            <label class="field-label" for={reasonField}>
              {say(`reason_${props.outcome}` as "reason_absent")}
            </label>
            <Show when={byThumb()}>
              <p class="field-help">{say("help_thumbprint")}</p>
            </Show>
            <textarea
              id={reasonField}
              rows={2}
              maxlength={MAX_REASON - 20}
              aria-invalid={tried() && reason().trim() === ""}
              value={reason()}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </div>
        </Show>
        <Show when={props.outcome === "anonymous"}>
          <p class="field-help">{say("help_anonymous")}</p>
        </Show>
        <Show when={writesInk(props.outcome) && props.outcome} keyed>
          {(outcome) => <InkPad label={padLabel(props.slot, outcome)} onInk={setInk} />}
        </Show>
        <Show when={byThumb() && !informant()}>
          <p class="field-label">{say("orPhoto")}</p>
          <PhotoInput
            field={props.field}
            draft={props.draft}
            shot={THUMBPRINT}
            question=""
            label={say("photo_thumbprint")}
            required={false}
            photo={print()}
            onTaken={setPrint}
            onRemoved={() => setPrint(null)}
          />
        </Show>
        <Show when={tried() && problem()}>{(what) => <FieldError>{what()}</FieldError>}</Show>
        <TroubleNotice trouble={props.trouble} />
      </section>
    </Page>
  );
}

function padLabel(slot: OtherSlot, outcome: Outcome): string {
  if (outcome === "guardian") return say("pad_guardian");
  if (outcome === "thumbprint") return say("pad_thumbprint");
  return say(slot === "informant" ? "pad_informant" : "pad_householder");
}

/** A bare name would not say whose it is. */
function saidReason(outcome: Outcome, reason: string): string {
  if (outcome === "thumbprint") return say("said_thumbprint", { reason });
  return outcome === "guardian" ? say("said_guardian", { reason }) : reason;
}
