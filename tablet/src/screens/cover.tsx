/**
 * A neutral face over the screen: a clock, at one tap, when somebody comes too near.
 *
 * It comes by itself after two minutes without a touch, and after ten the tablet is locked. A tap takes the cover away;
 * after the lock only a PIN does. While it is there nothing behind it can be reached, by keyboard or screen reader either.
 */

import { Show, createSignal, onCleanup, onMount } from "solid-js";
import { Icon } from "../parts/Icon";
import { language, words } from "../words";
import { entryWords } from "../words/entry";

const say = words(entryWords);
const COVER_AFTER = 2 * 60_000;
const LOCK_AFTER = 10 * 60_000;

const [covered, setCovered] = createSignal(false);

/** Covers the screen at once. */
export function cover(): void {
  setCovered(true);
}

/** The button that is on every screen, always in the same corner. */
export function HideButton() {
  return (
    <button type="button" class="button hide-button" aria-label={say("hide")} title={say("hide")} onClick={cover}>
      <Icon name="hide" />
    </button>
  );
}

export function Cover() {
  return (
    <Show when={covered()}>
      <Face />
    </Show>
  );
}

const locale = () => (language() === "zh" ? "zh-CN" : "en-GB");

function Face() {
  let dialog: HTMLDialogElement | undefined;
  const [now, setNow] = createSignal(new Date());
  const ticking = setInterval(() => setNow(new Date()), 1000);
  onCleanup(() => clearInterval(ticking));
  onMount(() => dialog?.showModal());
  return (
    <dialog ref={(element) => (dialog = element)} class="cover" onClose={() => setCovered(false)}>
      <button type="button" onClick={() => setCovered(false)}>
        <time class="cover-time figures">
          {now().toLocaleTimeString(locale(), { hour: "2-digit", minute: "2-digit", hour12: false })}
        </time>
        <span class="cover-date">
          {now().toLocaleDateString(locale(), { month: "long", day: "numeric", weekday: "long" })}
        </span>
        <span class="unseen">{say("coverHint")}</span>
      </button>
    </dialog>
  );
}

/** Watches for a tablet that was put down. Time spent asleep counts: timers do not run then, the clock does. */
export function watchIdle(lock: () => void): void {
  let touched = Date.now();
  const touch = () => {
    if (!covered()) touched = Date.now();
  };
  const look = () => {
    const idle = Date.now() - touched;
    if (idle >= COVER_AFTER) cover();
    if (idle >= LOCK_AFTER) lock();
  };
  const uncovered = () => (touched = Date.now());
  const events = ["pointerdown", "keydown", "input"] as const;
  for (const name of events) addEventListener(name, touch, { capture: true, passive: true });
  addEventListener("close", uncovered, { capture: true });
  document.addEventListener("visibilitychange", look);
  const watching = setInterval(look, 5000);
  onCleanup(() => {
    for (const name of events) removeEventListener(name, touch, { capture: true });
    removeEventListener("close", uncovered, { capture: true });
    document.removeEventListener("visibilitychange", look);
    clearInterval(watching);
  });
}
