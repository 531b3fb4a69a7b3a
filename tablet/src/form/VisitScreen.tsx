/**
 * A home visit, a recheck or a talk with a neighbour: the published form, one section a page.
 *
 * Every change is saved by itself; the head says when. What was on file is offered beside each question and never copied
 * without a tap.
 */

import { Match, Switch, createResource } from "solid-js";
import type { Field } from "../field";
import { Notice } from "../parts/Notice";
import { Page } from "../parts/Page";
import { words } from "../words";
import { formWords } from "../words/form";
import { FormNotHere, openVisit } from "./openVisit";
import { VisitPages } from "./VisitPages";
import "./form.css";

const say = words(formWords);
export interface VisitScreenProps {
  field: Field;
  draft: string;
  go(route: string): void;
}

export function VisitScreen(props: VisitScreenProps) {
  const [opened] = createResource(
    () => props.draft,
    (draft) => openVisit(props.field, draft),
  );
  const home = () => (
    <button type="button" class="button primary" onClick={() => props.go("/")}>
      {say("home")}
    </button>
  );
  return (
    <Switch
      fallback={
        <Page heading={say("opening")}>
          <p class="opening">{say("opening")}</p>
        </Page>
      }
    >
      <Match when={opened.error instanceof FormNotHere && (opened.error as FormNotHere)}>
        {(missing) => (
          <Page heading={say("noForm")} actions={home()}>
            <Notice kind="warning">{say("noFormBody", { form: missing().form, version: missing().version })}</Notice>
          </Page>
        )}
      </Match>
      <Match when={opened.error}>
        <Page heading={say("notOpened")} actions={home()}>
          <Notice kind="problem">{say("notOpenedBody")}</Notice>
        </Page>
      </Match>
      <Match when={opened.state === "ready" && opened()}>
        {(found) => <VisitPages {...props} content={found().content} form={found().form} isNew={found().isNew} />}
      </Match>
    </Switch>
  );
}
