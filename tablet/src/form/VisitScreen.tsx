/**
 * A home visit, a recheck or a talk with a neighbour: the published form, one section a page.
 *
 * Every change is saved by itself; the head says when. What was on file is offered beside each question and never copied
 * without a tap.
 */

import { For, Match, Show, Switch, createEffect, createMemo, createResource, createSignal, untrack } from "solid-js";
import type { Field } from "../field";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import { Notice } from "../parts/Notice";
import { Page } from "../parts/Page";
import { language, words } from "../words";
import { formWords } from "../words/form";
import { writeAnswer } from "./answers";
import { EndPage } from "./EndPage";
import { OpenForm, type AnyNode } from "./engine";
import { createFilling, type Filling, type Trouble } from "./filling";
import { FormBody } from "./FormBody";
import { IncomeBar } from "./IncomeBar";
import {
  entryName,
  pagesOf,
  parentPage,
  progressOf,
  samePages,
  unconfirmedOf,
  type Gap,
  type Unconfirmed,
} from "./pages";
import "./form.css";

const say = words(formWords);
const END = "end";
const TROUBLE = {
  takenOver: ["takenOver", "takenOverBody"],
  full: ["full", "fullBody"],
  failed: ["failed", "failedBody"],
} as const satisfies Record<Trouble, readonly [string, string]>;

export interface VisitScreenProps {
  field: Field;
  draft: string;
  go(route: string): void;
}

/** The form of this version has not reached the tablet yet: the draft waits for it. */
class NotHere extends Error {
  constructor(
    readonly form: string,
    readonly version: string,
  ) {
    super("this version of the form is not here");
  }
}

export function VisitScreen(props: VisitScreenProps) {
  const [opened] = createResource(
    () => props.draft,
    (draft) => open(props.field, draft),
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
      <Match when={opened.error instanceof NotHere && (opened.error as NotHere)}>
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
        {(found) => <Pages {...props} content={found().content} form={found().form} isNew={found().isNew} />}
      </Match>
    </Switch>
  );
}

async function open(field: Field, draft: string) {
  const content = await field.openDraft(draft);
  const row = (await field.forms()).find(({ form, version }) => form === content.form && version === content.version);
  if (row === undefined) throw new NotHere(content.form, content.version);
  const form = await OpenForm.open(row.xform, content);
  form.speak(language());
  return { content, form, isNew: content.instance === null };
}

type Opened = Awaited<ReturnType<typeof open>>;

function Pages(props: VisitScreenProps & Opened) {
  const filling = untrack(() => createFilling(props.field, props.draft, props.content, props.form));
  if (untrack(() => props.isNew)) filling.changed();
  const [page, setPage] = createSignal(untrack(() => props.content.page) ?? "");
  const [listed, setListed] = createSignal(false);
  const [leaving, setLeaving] = createSignal(false);
  const [blanks, setBlanks] = createSignal<Unconfirmed[]>([]);
  let body: HTMLDivElement | undefined;

  // The engine changes its labels by effects of its own; what was read off them is read again afterwards.
  createEffect(() => {
    props.form.speak(language());
    queueMicrotask(filling.reread);
  });
  const pages = createMemo(
    () => {
      filling.version();
      return untrack(() => pagesOf(props.form));
    },
    [],
    { equals: samePages }, // an answer leaves the list of sections standing
  );
  const node = createMemo<AnyNode | null>(() => {
    filling.version();
    const wanted = page();
    return untrack(() => (wanted === END || wanted === "" ? null : props.form.find(wanted)));
  });
  const shown = () => (page() === END ? null : (node() ?? pages()[0]?.node ?? null));
  const here = () => shown()?.currentState.reference ?? "";
  const onTop = () => parentPage(here()) || here();
  const at = () => pages().findIndex(({ reference }) => reference === onTop());
  const isInterview = () => props.content.kind === "neighbour_interview";
  const kindWord = () => say(isInterview() ? "interview" : props.content.kind === "recheck" ? "recheck" : "visit");

  function turnTo(reference: string): void {
    setPage(reference);
    setListed(false);
    filling.turnedTo(reference);
    window.scrollTo({ top: 0 });
    queueMicrotask(() => body?.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true }));
  }

  function jump(gap: Gap): void {
    turnTo(gap.page);
    queueMicrotask(() => {
      const all = [...(body?.querySelectorAll<HTMLElement>(".question") ?? [])];
      const place = all.find(({ dataset }) => dataset["question"] === gap.question);
      place?.scrollIntoView({ block: "center" });
      place?.querySelector<HTMLElement>("input, textarea, button")?.focus({ preventScroll: true });
    });
  }

  /** Whoever has read that the latest change is not saved may go all the same: the way on leads elsewhere. */
  async function goBack(): Promise<void> {
    const warned = filling.trouble() !== null;
    const isUnlisted = props.content.kind === "household_visit" && !hasFile(props.content);
    if ((await filling.flush()) || warned) props.go(isUnlisted ? "/" : `/case/${props.content.case}`);
  }

  /** Blanks where something is on file would be signed as "none": nobody signs that without having said so. */
  function toSign(): void {
    const blank = unconfirmedOf(filling);
    if (blank.length > 0) setBlanks(blank);
    else void sign();
  }

  function keepBlanks(): void {
    takeLast(filling, blanks());
    setBlanks([]);
  }

  async function sign(): Promise<void> {
    setBlanks([]);
    filling.dropUnnamedPhotos();
    if (await filling.flush()) props.go(`/sign/${props.draft}`);
  }

  async function discard(): Promise<void> {
    await props.field.discardDraft(props.draft);
    props.go("/");
  }

  const title = () => {
    filling.version();
    const node = shown();
    if (node === null) return say("ending");
    if (node.nodeType === "repeat-instance") {
      filling.version();
      return untrack(() => entryName(filling, node));
    }
    return node.currentState.label?.asString ?? "";
  };
  const before = () => pages()[page() === END ? pages().length - 1 : at() - 1];
  const after = () => pages()[at() + 1];

  return (
    <Page
      heading={kindWord()}
      wide
      back={() => void goBack()}
      below={<SavedLine filling={filling} />}
      tools={
        <button
          type="button"
          class="button sections-button"
          aria-label={say("sections")}
          aria-expanded={listed()}
          onClick={() => setListed(!listed())}
        >
          <Icon name="layers" />
          <span class="sections-word">{say("sections")}</span>
        </button>
      }
      actions={
        <Show
          when={page() !== END}
          fallback={
            <>
              <button type="button" class="button" onClick={() => turnTo(before()?.reference ?? "")}>
                {say("previous")}
              </button>
              <button type="button" class="button primary" onClick={toSign}>
                <Icon name="pencil" />
                {say("sign")}
              </button>
            </>
          }
        >
          <Show
            when={parentPage(here())}
            fallback={
              <>
                <Show when={before()}>
                  {(found) => (
                    <button type="button" class="button" onClick={() => turnTo(found().reference)}>
                      {say("previous")}
                    </button>
                  )}
                </Show>
                <button type="button" class="button primary" onClick={() => turnTo(after()?.reference ?? END)}>
                  {after() ? say("next", { title: after()?.title ?? "" }) : say("toEnd")}
                </button>
              </>
            }
          >
            {(parent) => (
              <button type="button" class="button primary" onClick={() => turnTo(parent())}>
                {say("back", { title: pages()[at()]?.title ?? "" })}
              </button>
            )}
          </Show>
        </Show>
      }
    >
      <div class="visit">
        <nav class="visit-sections" classList={{ listed: listed() }} aria-label={say("sections")}>
          <ol class="list">
            <For each={pages()}>
              {(each) => (
                <SectionLine
                  filling={filling}
                  title={each.title}
                  node={each.node}
                  current={onTop() === each.reference}
                  onOpen={() => turnTo(each.reference)}
                />
              )}
            </For>
            <li class="line">
              <button
                type="button"
                class="line-main"
                aria-current={page() === END ? "page" : undefined}
                onClick={() => turnTo(END)}
              >
                <strong>{say("ending")}</strong>
              </button>
            </li>
          </ol>
          <button type="button" class="button quiet danger-text" onClick={() => setLeaving(true)}>
            <Icon name="erase" />
            {say("discard")}
          </button>
        </nav>
        <div class="visit-page stack" ref={(element) => (body = element)}>
          <Show when={!isInterview()} fallback={<Notice>{say("confidential")}</Notice>}>
            <IncomeBar filling={filling} />
          </Show>
          <Show when={filling.trouble()}>
            {(trouble) => (
              <Notice kind="problem" title={say(TROUBLE[trouble()][0])} spoken>
                {say(TROUBLE[trouble()][1])}
              </Notice>
            )}
          </Show>
          <h2 class="visit-title" tabindex="-1">
            {title()}
          </h2>
          <Show when={shown()} fallback={<EndPage filling={filling} jump={jump} />} keyed>
            {(here) => (
              <>
                <TakeAll filling={filling} node={here} />
                <FormBody filling={filling} node={here} open={turnTo} />
              </>
            )}
          </Show>
        </div>
      </div>
      <Show when={blanks().length > 0}>
        <Dialog
          title={say("blankTitle", { count: blanks().length })}
          onClose={() => setBlanks([])}
          actions={
            <>
              <button type="button" class="button primary" onClick={() => setBlanks([])}>
                {say("blankCheck")}
              </button>
              <button type="button" class="button" onClick={keepBlanks}>
                {say("blankKeep")}
              </button>
              <button type="button" class="button" onClick={() => void sign()}>
                {say("blankNone")}
              </button>
            </>
          }
        >
          <p>{say("unconfirmedBody")}</p>
        </Dialog>
      </Show>
      <Show when={leaving()}>
        <Dialog
          title={say("discardSure")}
          onClose={() => setLeaving(false)}
          actions={
            <>
              <button type="button" class="button" onClick={() => setLeaving(false)}>
                {say("keep")}
              </button>
              <button type="button" class="button danger" onClick={() => void discard()}>
                {say("discardYes")}
              </button>
            </>
          }
        >
          <span />
        </Dialog>
      </Show>
    </Page>
  );
}

function hasFile(content: Opened["content"]): boolean {
  return Object.keys(content.seen).length > 0;
}

function timeOf(at: Date): string {
  return at.toLocaleTimeString(language() === "zh" ? "zh-CN" : "en-GB");
}

function SavedLine(props: { filling: Filling }) {
  return (
    <span class="saved" role="status">
      <Show when={!props.filling.trouble()} fallback={say("failed")}>
        <Show
          when={props.filling.saving()}
          fallback={<Show when={props.filling.savedAt()}>{(at) => say("saved", { time: timeOf(at()) })}</Show>}
        >
          {say("saving")}
        </Show>
      </Show>
    </span>
  );
}

function SectionLine(props: { filling: Filling; title: string; node: AnyNode; current: boolean; onOpen(): void }) {
  const progress = createMemo(() => {
    props.filling.calm();
    return untrack(() => progressOf(props.filling, props.node));
  });
  return (
    <li class="line">
      <button
        type="button"
        class="line-main"
        aria-current={props.current ? "page" : undefined}
        onClick={() => props.onOpen()}
      >
        <strong>{props.title}</strong>
        <span class="soft small">
          {progress().asked === 0
            ? say("noEntries")
            : say("answered", { done: progress().answered, all: progress().asked })}
          <Show when={progress().missing > 0}>
            <span class="lacking"> · {say("lacking", { count: progress().missing })}</span>
          </Show>
        </span>
      </button>
    </li>
  );
}

/** Last time's values for every blank on this page, at one tap: an act of the investigator, never a default. */
function TakeAll(props: { filling: Filling; node: AnyNode }) {
  const blanksNow = () => unconfirmedOf(props.filling, props.node).filter(({ node }) => samePage(props.node, node));
  const blanks = createMemo(() => {
    props.filling.calm();
    return untrack(blanksNow);
  });
  return (
    <Show when={blanks().length > 1}>
      <button type="button" class="button wide" onClick={() => takeLast(props.filling, blanksNow())}>
        <Icon name="check" />
        {say("takePage")}
      </button>
    </Show>
  );
}

/** Last time's values for these, but where they are disputed: there a person chooses. */
function takeLast(filling: Filling, blanks: Unconfirmed[]): void {
  for (const { node, binding } of blanks) {
    const path = filling.pathOf(node, binding);
    if ((filling.content.disputed[path ?? ""] ?? []).length > 1) continue;
    filling.answer(node, writeAnswer(binding.type, filling.last(path) ?? null));
  }
}

/** The questions of entries stand on the entries' own pages. */
function samePage(page: AnyNode, question: AnyNode): boolean {
  const inner = question.currentState.reference.slice(page.currentState.reference.length);
  return !inner.includes("[");
}
