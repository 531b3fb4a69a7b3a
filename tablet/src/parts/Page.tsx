/**
 * One screen: a head that says what it is, a body, and what can be done, within reach of the thumb.
 *
 * The heading takes the focus when the screen opens, so that a screen reader says where the person is. The window's
 * title names the kind of screen only, never a household: titles are shown by the device in its list of apps.
 */

import { Show, createEffect, onMount, type JSX } from "solid-js";
import { words } from "../words";
import { shellWords } from "../words/shell";
import { Icon } from "./Icon";

const say = words(shellWords);

export interface PageProps {
  /** What the person reads on top. */
  heading: string;
  /** For the window's title when the heading is personal. */
  title?: string;
  /** Under the heading, small. */
  below?: JSX.Element;
  back?: () => void;
  tools?: JSX.Element;
  /** Two columns side by side where there is room. */
  wide?: boolean;
  actions?: JSX.Element;
  children: JSX.Element;
}

export function Page(props: PageProps) {
  let heading: HTMLHeadingElement | undefined;
  onMount(() => heading?.focus({ preventScroll: true }));
  createEffect(() => {
    document.title = `${props.title ?? props.heading} · ${say("app")}`;
  });
  return (
    <div class="page" classList={{ wide: props.wide ?? false }}>
      <header class="page-head">
        <Show when={props.back}>
          {(back) => (
            <button type="button" class="button quiet" onClick={() => back()()}>
              <Icon name="back" />
              <span class="back-word">{say("back")}</span>
            </button>
          )}
        </Show>
        <div class="page-name">
          <h1 tabindex="-1" ref={(element) => (heading = element)}>
            {props.heading}
          </h1>
          <Show when={props.below}>
            <div class="soft small">{props.below}</div>
          </Show>
        </div>
        <Show when={props.tools}>
          <nav class="page-tools">{props.tools}</nav>
        </Show>
      </header>
      <main class="page-body">{props.children}</main>
      <Show when={props.actions}>
        <div class="page-actions">{props.actions}</div>
      </Show>
    </div>
  );
}
