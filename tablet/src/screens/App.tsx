/**
 * The app from the outside in: opening, enrolling, unlocking, and then the screens of an open tablet.
 *
 * Nothing of a household is in the page before somebody has unlocked, and all of it is gone from the page with the lock.
 */

import {
  ErrorBoundary,
  Match,
  Show,
  Suspense,
  Switch,
  createEffect,
  createSignal,
  lazy,
  onCleanup,
  onMount,
  type JSX,
} from "solid-js";
import type { Field, Person } from "../field";
import { installation, lossFound, peopleHere } from "../openTablet";
import { Notice } from "../parts/Notice";
import { go, route, takeEnrolmentCode } from "../route";
import type { TabletRow } from "../store/records";
import { language, words } from "../words";
import { shellWords } from "../words/shell";
import { CaseScreen } from "./CaseScreen";
import { EnrolScreen } from "./EnrolScreen";
import { ErrorPage } from "./ErrorPage";
import { OutboxScreen } from "./OutboxScreen";
import { SettingsScreen } from "./SettingsScreen";
import { UnlockScreen } from "./UnlockScreen";
import { WorkScreen } from "./WorkScreen";
import { holdDraft, replaced } from "./appUpdate";
import { contactText } from "./contactText";
import { Cover, HideButton, watchIdle } from "./cover";

const say = words(shellWords);
const VisitScreen = lazy(() => import("../form/VisitScreen").then((module) => ({ default: module.VisitScreen })));
const SignScreen = lazy(() => import("../signing/SignScreen").then((module) => ({ default: module.SignScreen })));

type Stage =
  | { kind: "opening" }
  | { kind: "enrol"; code: string | null; lost: boolean; startOver: boolean; field: Field | null }
  | { kind: "unlock"; people: Person[]; tablet: TabletRow; forAnother: string | null | false }
  | { kind: "open"; field: Field };

/** Time for a screen that goes away to hand over its last keystrokes before the key is dropped. */
const LAST_SAVE = 300;

export function App() {
  const [stage, setStage] = createSignal<Stage>({ kind: "opening" });
  const [broken, setBroken] = createSignal<unknown>(null);

  createEffect(() => {
    document.documentElement.lang = language() === "zh" ? "zh-Hans" : "en";
  });
  onMount(() => void begin(takeEnrolmentCode()));
  // The code may also be scanned with the device's own camera while the app is open.
  const arrived = () => {
    const code = takeEnrolmentCode();
    const now = stage();
    if (code === null) return;
    if (now.kind === "open") setStage({ kind: "enrol", code, lost: false, startOver: false, field: now.field });
    else void begin(code);
  };
  addEventListener("hashchange", arrived);
  onCleanup(() => removeEventListener("hashchange", arrived));

  /** A code in the address enrols; a tablet that has people already first asks one of them to unlock. */
  async function begin(code: string | null, another = false): Promise<void> {
    try {
      const tablet = await installation();
      if (!tablet)
        return void setStage({ kind: "enrol", code, lost: await lossFound(), startOver: false, field: null });
      const people = await peopleHere();
      const forAnother = another || code !== null ? code : false;
      setStage({ kind: "unlock", people, tablet, forAnother });
    } catch (error) {
      setBroken(error);
    }
  }

  function opened(field: Field): void {
    const was = stage();
    if (was.kind === "unlock" && was.forAnother !== false) {
      setStage({ kind: "enrol", code: was.forAnother, lost: false, startOver: false, field });
    } else setStage({ kind: "open", field });
  }

  function lock(): void {
    const now = stage();
    const field = now.kind === "open" || now.kind === "enrol" ? now.field : null;
    if (!field) return;
    setStage({ kind: "opening" });
    setTimeout(() => {
      field.lock();
      void begin(null);
    }, LAST_SAVE);
  }
  watchIdle(lock);

  /** What the stage is, for one kind of it. */
  const at = <K extends Stage["kind"]>(kind: K) => {
    const now = stage();
    return now.kind === kind ? (now as Extract<Stage, { kind: K }>) : null;
  };

  return (
    <Show when={broken() === null} fallback={<ErrorPage error={broken()} />}>
      <ErrorBoundary fallback={(error: unknown) => <ErrorPage error={error} />}>
        <Switch fallback={<Opening />}>
          <Match when={at("enrol")}>
            {(enrolling) => (
              <EnrolScreen
                code={enrolling().code}
                first={enrolling().field === null}
                lost={enrolling().lost}
                startOver={enrolling().startOver}
                onEnrolled={(field) => setStage({ kind: "open", field })}
                {...cancelled(enrolling())}
              />
            )}
          </Match>
          <Match when={at("unlock")}>
            {(locked) => (
              <UnlockScreen
                people={locked().people}
                authority={locked().tablet.authority.name[language()]}
                revoked={locked().tablet.revoked}
                forAnother={locked().forAnother !== false}
                onAddAnother={() => void begin(null, true)}
                onStartOver={() =>
                  setStage({ kind: "enrol", code: codeOf(locked()), lost: false, startOver: true, field: null })
                }
                onUnlocked={opened}
              />
            )}
          </Match>
          <Match when={at("open")} keyed>
            {({ field }) => (
              <Open
                field={field}
                lock={lock}
                addPerson={() => setStage({ kind: "enrol", code: null, lost: false, startOver: false, field })}
              />
            )}
          </Match>
        </Switch>
      </ErrorBoundary>
      <Cover />
    </Show>
  );

  /** Where one goes on turning back: nowhere, when this is the tablet's first person. */
  function cancelled({ field, startOver }: Extract<Stage, { kind: "enrol" }>): { onCancel?: () => void } {
    if (field) return { onCancel: () => setStage({ kind: "open", field }) };
    return startOver ? { onCancel: () => void begin(null) } : {};
  }
}

function codeOf(locked: Extract<Stage, { kind: "unlock" }>): string | null {
  return locked.forAnother === false ? null : locked.forAnother;
}

/** Room is kept; a word appears only when opening takes long enough to wonder. */
function Opening() {
  return (
    <div class="page">
      <p class="opening soft" role="status">
        {say("loading")}
      </p>
    </div>
  );
}

/** The screens of an unlocked tablet. */
function Open(props: { field: Field; lock(): void; addPerson(): void }) {
  return (
    <div class="unlocked">
      <HideButton />
      <p class="unseen" role="status">
        {contactText(props.field.contact())}
      </p>
      <Show when={replaced()}>
        <aside class="strip">
          <Notice kind="warning" title={say("updatedElsewhere")}>
            {say("updatedElsewhereDo")}
          </Notice>
        </aside>
      </Show>
      <Suspense fallback={<Opening />}>
        <Switch fallback={<WorkScreen field={props.field} />}>
          <Match when={props.field.revoked()}>
            <OutboxScreen field={props.field} revoked />
          </Match>
          <Match when={idOf("case")} keyed>
            {(id) => <CaseScreen field={props.field} id={id} />}
          </Match>
          <Match when={idOf("visit")} keyed>
            {(id) => (
              <DraftHeld>
                <VisitScreen field={props.field} draft={id} go={go} />
              </DraftHeld>
            )}
          </Match>
          <Match when={idOf("sign")} keyed>
            {(id) => (
              <DraftHeld>
                <SignScreen field={props.field} draft={id} go={go} />
              </DraftHeld>
            )}
          </Match>
          <Match when={route().name === "outbox"}>
            <OutboxScreen field={props.field} />
          </Match>
          <Match when={route().name === "settings"}>
            <SettingsScreen field={props.field} lock={() => props.lock()} addPerson={() => props.addPerson()} />
          </Match>
        </Switch>
      </Suspense>
    </div>
  );
}

function idOf(name: "case" | "visit" | "sign"): string | null {
  const here = route();
  return here.name === name ? here.id : null;
}

/** As long as this is on screen no new version of the app is put in place. */
function DraftHeld(props: { children: JSX.Element }) {
  onCleanup(holdDraft());
  return props.children;
}
