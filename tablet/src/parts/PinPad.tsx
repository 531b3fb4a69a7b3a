/**
 * Six digits on large keys, or on a keyboard.
 *
 * It is no input field on purpose: a browser would offer to keep the PIN in its password store, and a screen reader
 * would say the digits aloud. Only how many there are is said.
 */

import { For, Index, createSignal, onCleanup, onMount } from "solid-js";
import { words } from "../words";
import { shellWords } from "../words/shell";
import { Icon } from "./Icon";

const say = words(shellWords);
const LENGTH = 6;

export interface PinPadProps {
  label: string;
  /** With the sixth digit; the pad is empty again afterwards. */
  onPin(pin: string): void;
  disabled?: boolean;
}

export function PinPad(props: PinPadProps) {
  const [pin, setPin] = createSignal("");

  function add(digit: string): void {
    if (props.disabled || pin().length >= LENGTH) return;
    const longer = pin() + digit;
    if (longer.length < LENGTH) return void setPin(longer);
    setPin("");
    props.onPin(longer);
  }
  const erase = () => setPin((digits) => digits.slice(0, -1));

  function typed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target instanceof HTMLInputElement) return;
    if (/^[0-9]$/u.test(event.key)) add(event.key);
    else if (event.key === "Backspace") erase();
    else return;
    event.preventDefault();
  }
  onMount(() => document.addEventListener("keydown", typed));
  onCleanup(() => document.removeEventListener("keydown", typed));

  return (
    <div class="pin-pad" role="group" aria-label={props.label}>
      <p class="pin-dots" aria-hidden="true">
        <Index each={Array.from({ length: LENGTH })}>
          {(_, place) => <span classList={{ full: place < pin().length }} />}
        </Index>
      </p>
      <p class="unseen" role="status">
        {say("digits", { count: pin().length, total: LENGTH })}
      </p>
      <div class="pin-keys">
        <For each={["1", "2", "3", "4", "5", "6", "7", "8", "9"]}>
          {(digit) => (
            <button type="button" class="button" disabled={props.disabled} onClick={() => add(digit)}>
              {digit}
            </button>
          )}
        </For>
        <button
          type="button"
          class="button quiet small"
          disabled={props.disabled || !pin()}
          onClick={() => setPin("")}
        >
          {say("clear")}
        </button>
        <button type="button" class="button" disabled={props.disabled} onClick={() => add("0")}>
          0
        </button>
        <button
          type="button"
          class="button quiet"
          aria-label={say("erase")}
          disabled={props.disabled || !pin()}
          onClick={erase}
        >
          <Icon name="erase" />
        </button>
      </div>
    </div>
  );
}
