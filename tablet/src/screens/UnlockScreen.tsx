/** Who is holding the tablet? A name and six digits; wrong digits cost time, an ended lease costs a contact. */

import { For, Show, createSignal, onCleanup } from "solid-js";
import { WrongPin, type Field, type Person } from "../field";
import { LeaseEnded, unlock } from "../openTablet";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import { Notice } from "../parts/Notice";
import { Page } from "../parts/Page";
import { PinPad } from "../parts/PinPad";
import { words } from "../words";
import { entryWords } from "../words/entry";
import { LanguageSwitch } from "./LanguageSwitch";
import { RevokedNotice } from "./RevokedNotice";

const say = words(entryWords);

export interface UnlockScreenProps {
  people: Person[];
  authority: string;
  revoked: boolean;
  /** Somebody wants to be added, and one who is enrolled unlocks for them. */
  forAnother: boolean;
  onAddAnother(): void;
  onStartOver(): void;
  onUnlocked(field: Field): void;
}

type Trouble = "lease" | "failed" | "wrong" | null;

export function UnlockScreen(props: UnlockScreenProps) {
  const only = () => (props.people.length === 1 ? (props.people[0] ?? null) : null);
  const [chosen, setChosen] = createSignal<Person | null>(only());
  const [givingUp, setGivingUp] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [trouble, setTrouble] = createSignal<Trouble>(null);
  const [waitUntil, setWaitUntil] = createSignal(0);
  const [now, setNow] = createSignal(Date.now());
  const ticking = setInterval(() => setNow(Date.now()), 250);
  onCleanup(() => clearInterval(ticking));
  const secondsLeft = () => Math.max(0, Math.ceil((waitUntil() - now()) / 1000));

  async function open(person: Person, pin: string): Promise<void> {
    setBusy(true);
    setTrouble(null);
    try {
      props.onUnlocked(await unlock(person.id, pin));
    } catch (error) {
      if (error instanceof WrongPin) {
        setNow(Date.now());
        setWaitUntil(Date.now() + error.waitMs);
        setTrouble("wrong");
      } else setTrouble(error instanceof LeaseEnded ? "lease" : "failed");
    } finally {
      setBusy(false);
    }
  }

  return (
    <Page heading={say("unlockTitle")} below={props.authority} tools={<LanguageSwitch />}>
      <div class="entry">
        <Show when={props.revoked}>
          <RevokedNotice />
        </Show>
        <Show when={props.forAnother}>
          <Notice>{say("addAnotherFirst")}</Notice>
        </Show>
        <Show when={chosen()} fallback={<WhoAreYou people={props.people} onChosen={setChosen} />}>
          {(person) => (
            <section class="card">
              <div class="pin-head">
                <h2>{say("pinOf", { name: person().name })}</h2>
                <Show when={props.people.length > 1}>
                  <button
                    type="button"
                    class="button quiet"
                    onClick={() => {
                      setTrouble(null);
                      setChosen(null);
                    }}
                  >
                    {say("otherPerson")}
                  </button>
                </Show>
              </div>
              <Show when={trouble() === "lease"}>
                <Notice kind="warning" title={say("leaseTitle")} spoken>
                  {say("leaseText")}
                </Notice>
              </Show>
              <p class="field-error pin-error">
                <Show when={trouble() === "wrong"}>
                  <Icon name="warning" />
                  {secondsLeft() > 0 ? say("waitPin", { seconds: secondsLeft() }) : say("wrongPin")}
                </Show>
                <Show when={trouble() === "failed"}>
                  <Icon name="warning" />
                  {say("unlockFailed")}
                </Show>
                <Show when={busy()}>
                  <span class="soft">{say("unlocking")}</span>
                </Show>
              </p>
              {/* Said once for each wrong PIN and once when the wait is over, not with every second. */}
              <p class="unseen" role="alert">
                {trouble() === "failed"
                  ? say("unlockFailed")
                  : trouble() !== "wrong"
                    ? ""
                    : secondsLeft() > 0
                      ? say("wrongPin")
                      : say("waitOver")}
              </p>
              <PinPad
                label={say("pinOf", { name: person().name })}
                disabled={busy() || secondsLeft() > 0}
                onPin={(pin) => void open(person(), pin)}
              />
            </section>
          )}
        </Show>
        <Show when={props.forAnother}>
          <button type="button" class="button quiet wide" onClick={() => setGivingUp(true)}>
            {say("nobodyCan")}
          </button>
        </Show>
        <Show when={givingUp()}>
          <Dialog
            title={say("startOverTitle")}
            onClose={() => setGivingUp(false)}
            actions={
              <button type="button" class="button danger wide" onClick={() => props.onStartOver()}>
                {say("startOver")}
              </button>
            }
          >
            <p>{say("startOverText")}</p>
          </Dialog>
        </Show>
        <Show when={!props.forAnother}>
          <button type="button" class="button quiet wide" onClick={() => props.onAddAnother()}>
            <Icon name="plus" />
            {say("addAnother")}
          </button>
        </Show>
      </div>
    </Page>
  );
}

function WhoAreYou(props: { people: Person[]; onChosen(person: Person): void }) {
  return (
    <section class="entry">
      <h2>{say("who")}</h2>
      <For each={props.people} fallback={<p>{say("nobody")}</p>}>
        {(person) => (
          <button type="button" class="button wide person" onClick={() => props.onChosen(person)}>
            <Icon name="person" />
            {person.name}
          </button>
        )}
      </For>
    </section>
  );
}
