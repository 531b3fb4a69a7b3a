/**
 * Sealing a visit or an interview: who signs, what the household reads and signs, what the investigators sign.
 *
 * Ink lives here only while this screen is open. Whoever goes back to change an answer has everybody sign again.
 */

import { Match, Show, Switch, createResource, createSignal } from "solid-js";
import { DraftTakenOver, StorageFull, type Field, type Person } from "../field";
import { readForm } from "../form/model";
import { Dialog } from "../parts/Dialog";
import { Notice } from "../parts/Notice";
import { Page } from "../parts/Page";
import type { Outcome } from "../sync/statement";
import { words } from "../words";
import { signingWords } from "../words/signing";
import { Ceremony, ChangedElsewhere, type Fixed, type HouseholdSigned } from "./ceremony";
import { missingShots } from "./formFacts";
import { HouseholdStep } from "./HouseholdStep";
import { InvestigatorsStep } from "./InvestigatorsStep";
import { SealedPage } from "./SealedPage";
import { SignersStep } from "./SignersStep";
import type { Attendance } from "./slots";
import type { SealTrouble } from "./TroubleNotice";
import "./signing.css";

const say = words(signingWords);

export interface SignScreenProps {
  field: Field;
  draft: string;
  go(route: string): void;
}

export function SignScreen(props: SignScreenProps) {
  const [opened, { refetch }] = createResource(
    () => props.draft,
    (draft) => openCeremony(props.field, draft),
  );
  const home = () => (
    <button type="button" class="button primary" onClick={() => props.go("/")}>
      {say("toWork")}
    </button>
  );
  return (
    <Switch
      fallback={
        <Page heading={say("title")}>
          <p role="status">{say("opening")}</p>
        </Page>
      }
    >
      <Match when={opened.error}>
        <Page heading={say("goneTitle")} title={say("title")} actions={home()}>
          <Notice kind="warning">{say("gone")}</Notice>
        </Page>
      </Match>
      <Match when={opened.state === "ready" && opened() === null}>
        <Page
          heading={say("emptyTitle")}
          title={say("title")}
          actions={
            <button type="button" class="button primary" onClick={() => props.go(`/visit/${props.draft}`)}>
              {say("toForm")}
            </button>
          }
        >
          <Notice>{say("empty")}</Notice>
        </Page>
      </Match>
      <Match when={opened.state === "ready" && opened()} keyed>
        {(ceremony) => <Signing {...props} ceremony={ceremony} reopen={() => void refetch()} />}
      </Match>
    </Switch>
  );
}

/** null: nothing has been filled in yet. Throws when the draft or its form is not on this tablet. */
async function openCeremony(field: Field, draft: string): Promise<Ceremony | null> {
  const content = await field.openDraft(draft);
  if (content.instance === null) return null;
  const form = (await field.forms()).find((each) => each.form === content.form && each.version === content.version);
  if (form === undefined) throw new Error("the form of this draft is not on this tablet");
  return new Ceremony(field, draft, content, content.instance, readForm(form.xform));
}

type At =
  | { step: "signers" }
  | { step: "household"; payload: Uint8Array }
  | { step: "investigators"; fixed: Fixed }
  | { step: "changed" }
  | { step: "sealed"; seq: number };

function Signing(props: SignScreenProps & { ceremony: Ceremony; reopen(): void }) {
  const { ceremony } = props;
  const [at, setAt] = createSignal<At>({ step: "signers" });
  const [attendance, setAttendance] = createSignal(everybody(props.field));
  const [outcome, setOutcome] = createSignal<Outcome>(ceremony.expected());
  const [busy, setBusy] = createSignal(false);
  const [leaving, setLeaving] = createSignal(false);
  const [trouble, setTrouble] = createSignal<SealTrouble | null>(null);
  const toForm = () => props.go(`/visit/${props.draft}`);

  async function show(signers: Attendance, how: Outcome): Promise<void> {
    setAttendance(signers);
    setOutcome(how);
    await attempt(async () => setAt({ step: "household", payload: await ceremony.show(signers, how) }));
  }

  async function householdSigned(signed: HouseholdSigned): Promise<void> {
    await attempt(async () => setAt({ step: "investigators", fixed: await ceremony.fix(attendance(), signed) }));
  }

  async function sign(fixed: Fixed, person: Person, pin: string): Promise<void> {
    const further = await ceremony.sign(fixed, person, pin);
    setAt({ step: "investigators", fixed: further });
    if (further.signatures.length === attendance().signers.length) await seal(further);
  }

  async function seal(fixed: Fixed): Promise<void> {
    await attempt(async () => {
      const sealed = await ceremony.seal(fixed);
      if (typeof sealed === "string") return setAt({ step: "sealed", seq: fixed.place.seq });
      setAt({ step: "investigators", fixed: sealed });
      setTrouble("moved");
    });
  }

  /** One thing at a time; what goes wrong is said, and nothing is lost by it. */
  async function attempt(act: () => Promise<unknown>): Promise<void> {
    setBusy(true);
    setTrouble(null);
    try {
      await act();
    } catch (error) {
      if (error instanceof ChangedElsewhere || error instanceof DraftTakenOver) setAt({ step: "changed" });
      else setTrouble(error instanceof StorageFull ? "full" : "failed");
    } finally {
      setBusy(false);
    }
  }

  const household = () => step(at(), "household");
  const investigators = () => step(at(), "investigators");
  const sealed = () => step(at(), "sealed");

  return (
    <>
      <Switch>
        <Match when={at().step === "signers"}>
          <SignersStep
            people={props.field.people}
            attendance={attendance()}
            missingShots={missingShots(ceremony.model, ceremony.content.instance ?? "")}
            onBack={toForm}
            onNext={(signers) => void show(signers, outcome())}
          />
        </Match>
        <Match when={household()}>
          {(here) => (
            <HouseholdStep
              field={props.field}
              draft={props.draft}
              model={ceremony.model}
              before={ceremony.content.onScreen}
              slot={ceremony.slot}
              payload={here().payload}
              outcome={outcome()}
              busy={busy()}
              trouble={trouble()}
              onOutcome={(how) => void show(attendance(), how)}
              onBack={(written) => (written ? setLeaving(true) : setAt({ step: "signers" }))}
              onSigned={(signed) => void householdSigned(signed)}
            />
          )}
        </Match>
        <Match when={investigators()}>
          {(here) => (
            <InvestigatorsStep
              field={props.field}
              model={ceremony.model}
              before={ceremony.content.onScreen}
              signers={attendance().signers}
              fixed={here().fixed}
              sealing={busy()}
              trouble={trouble()}
              sign={(person, pin) => sign(here().fixed, person, pin)}
              seal={() => void seal(here().fixed)}
              onBack={() => setLeaving(true)}
            />
          )}
        </Match>
        <Match when={at().step === "changed"}>
          <Page
            heading={say("changedTitle")}
            title={say("title")}
            actions={
              <button type="button" class="button primary" onClick={() => props.reopen()}>
                {say("reopen")}
              </button>
            }
          >
            <Notice kind="warning">{say("changed")}</Notice>
          </Page>
        </Match>
        <Match when={sealed()}>
          {(here) => <SealedPage seq={here().seq} interview={ceremony.slot === "informant"} go={props.go} />}
        </Match>
      </Switch>
      <Show when={leaving()}>
        <Dialog
          title={say("leaveTitle")}
          onClose={() => setLeaving(false)}
          actions={
            <>
              <button type="button" class="button danger" onClick={toForm}>
                {say("leaveYes")}
              </button>
              <button type="button" class="button primary" onClick={() => setLeaving(false)}>
                {say("leaveNo")}
              </button>
            </>
          }
        >
          <p>{say("leave")}</p>
        </Dialog>
      </Show>
    </>
  );
}

/** Whoever has unlocked the tablet comes first and is the author; two people are the rule, of more one chooses. */
function everybody(field: Field): Attendance {
  const me = field.people.filter((person) => person.id === field.me.id);
  const others = field.people.filter((person) => person.id !== field.me.id);
  return { signers: [...me, ...(others.length === 1 ? others : [])], missing: "" };
}

function step<Step extends At["step"]>(at: At, wanted: Step): Extract<At, { step: Step }> | undefined {
  return at.step === wanted ? (at as Extract<At, { step: Step }>) : undefined;
}
