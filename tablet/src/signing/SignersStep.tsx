/** Which investigators sign, and why there is no second one where there is none. */

import { For, Show, createSignal, createUniqueId } from "solid-js";
import type { Person } from "../field";
import { Icon } from "../parts/Icon";
import { FieldError } from "../parts/FieldError";
import { Notice } from "../parts/Notice";
import { Page } from "../parts/Page";
import { words } from "../words";
import { signingWords } from "../words/signing";
import { MAX_REASON, needsSecond, type Attendance } from "./slots";
import { Steps } from "./Steps";

const say = words(signingWords);

export interface SignersStepProps {
  people: readonly Person[];
  attendance: Attendance;
  missingShots: string[];
  onBack(): void;
  onNext(attendance: Attendance): void;
}

export function SignersStep(props: SignersStepProps) {
  const help = createUniqueId();
  const [signers, setSigners] = createSignal(props.attendance.signers);
  const [missing, setMissing] = createSignal(props.attendance.missing);
  const [tried, setTried] = createSignal(false);
  const signs = (person: Person) => signers().includes(person);
  const alone = () => needsSecond({ signers: signers(), missing: "" });
  const problem = () => {
    if (signers().length === 0) return say("nobody");
    return alone() && missing().trim() === "" ? say("needReason", { what: say("missingOne") }) : null;
  };

  function toggle(person: Person): void {
    setSigners((now) => props.people.filter((each) => (each === person ? !now.includes(each) : now.includes(each))));
  }

  function next(): void {
    setTried(true);
    if (problem() === null) props.onNext({ signers: signers(), missing: alone() ? missing() : "" });
  }

  return (
    <Page
      heading={say("whoTitle")}
      title={say("title")}
      below={<Steps at={1} />}
      back={() => props.onBack()}
      actions={
        <button type="button" class="button primary" onClick={next}>
          {say("next")}
          <Icon name="forward" />
        </button>
      }
    >
      <p>{say("whoLead")}</p>
      <Show when={props.missingShots.length > 0}>
        <Notice kind="warning" title={say("missingShots")}>
          <p>{say("missingShotsText", { labels: props.missingShots.join("、") })}</p>
          <button type="button" class="button" onClick={() => props.onBack()}>
            <Icon name="camera" />
            {say("toPhotos")}
          </button>
        </Notice>
      </Show>
      <ul class="signers">
        <For each={props.people}>
          {(person) => (
            <li>
              <label class="choice">
                <input type="checkbox" checked={signs(person)} onChange={() => toggle(person)} />
                <span class="signer-name">{person.name}</span>
                <span class="soft small">{say(signs(person) ? "signs" : "signsNot")}</span>
              </label>
            </li>
          )}
        </For>
      </ul>
      <Show when={alone()}>
        <div class="field">
          <label class="field-label" for={`${help}-why`}>
            {say("missingOne")}
          </label>
          <p class="field-help" id={help}>
            {say("missingHelp")}
          </p>
          <textarea
            id={`${help}-why`}
            aria-describedby={help}
            aria-invalid={tried() && missing().trim() === ""}
            maxlength={MAX_REASON}
            rows={2}
            value={missing()}
            onInput={(event) => setMissing(event.currentTarget.value)}
          />
        </div>
      </Show>
      <Show when={tried() && problem()}>{(what) => <FieldError>{what()}</FieldError>}</Show>
    </Page>
  );
}
