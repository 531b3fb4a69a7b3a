/** The pages of an open form, one at a time: turn, jump to what is missing, go on to signing. */

import { Show, createEffect, createMemo, createSignal, untrack } from "solid-js";
import type { Field } from "../field";
import { Dialog } from "../parts/Dialog";
import { Icon } from "../parts/Icon";
import { Notice } from "../parts/Notice";
import { Page } from "../parts/Page";
import { language, words } from "../words";
import { formWords } from "../words/form";
import { EndPage } from "./EndPage";
import type { AnyNode } from "./engine";
import { createFilling, type Filling, type Trouble } from "./filling";
import { FormBody } from "./FormBody";
import { IncomeBar } from "./IncomeBar";
import type { Opened } from "./openVisit";
import { END, entryName, pagesOf, parentPage, samePages, unconfirmedOf, type Gap, type Unconfirmed } from "./pages";
import { SectionList } from "./SectionList";
import { TakeAll, takeLast } from "./TakeAll";

const say = words(formWords);
const TROUBLE = {
  takenOver: ["takenOver", "takenOverBody"],
  full: ["full", "fullBody"],
  failed: ["failed", "failedBody"],
} as const satisfies Record<Trouble, readonly [string, string]>;

export interface VisitPagesProps extends Opened {
  field: Field;
  draft: string;
  go(route: string): void;
}

export function VisitPages(props: VisitPagesProps) {
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
        <SectionList
          filling={filling}
          pages={pages()}
          open={listed()}
          current={page() === END ? END : onTop()}
          onOpen={turnTo}
          onDiscard={() => setLeaving(true)}
        />
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
        />
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
