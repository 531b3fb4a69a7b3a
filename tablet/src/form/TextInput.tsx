/**
 * An answer that is typed: text, figures, money, a day or a moment.
 *
 * What the person types stays as typed while they type it; the form gets it as soon as it is an answer of its kind.
 */

import { Show, createEffect, createSignal, on } from "solid-js";
import { withOffset } from "../capture/claims";
import { words } from "../words";
import { formWords } from "../words/form";
import { Label, type InputProps } from "./Label";

const say = words(formWords);

const FITS: Record<string, RegExp> = {
  integer: /^-?[0-9]{1,15}$/,
  decimal: /^-?[0-9]{1,13}(\.[0-9]*)?$/,
  money: /^-?[0-9]{1,13}(\.[0-9]{0,2})?$/,
};

export function TextInput(props: InputProps) {
  const [typed, setTyped] = createSignal(asTyped(props.binding.type, props.text));
  const [wrong, setWrong] = createSignal(false);
  let given = props.text;
  let typing = false;
  // An answer that came from elsewhere (last time's value) replaces what stands here.
  createEffect(
    on(
      () => props.text,
      (text) => {
        if (typing || text === given) return;
        given = text;
        setTyped(asTyped(props.binding.type, text));
        setWrong(false);
      },
      { defer: true },
    ),
  );

  function take(text: string): void {
    setTyped(text);
    const answer = asAnswer(props.binding.type, text);
    const fits = FITS[props.binding.type]?.test(answer) ?? true;
    setWrong(answer !== "" && !fits);
    // What does not fit is no answer yet: the one before must not stand in its place unseen.
    typing = true;
    props.onAnswer(fits ? answer : "");
    typing = false;
    given = props.text;
  }

  const shared = () => ({
    id: props.id,
    value: typed(),
    "aria-describedby": `${props.describedBy} ${props.id}-wrong`,
    "aria-invalid": props.invalid || wrong() ? ("true" as const) : undefined,
    "aria-required": props.node.currentState.required,
    autocomplete: "off",
  });

  return (
    <>
      <label class="field-label" for={props.id}>
        <Label text={props.label} node={props.node} />
      </label>
      <Show
        when={isLong(props.binding.path, props.binding.ref)}
        fallback={
          <input
            {...shared()}
            type={kindOf(props.binding.type)}
            step={props.binding.type === "datetime" ? "60" : undefined}
            inputmode={modeOf(props)}
            onInput={(event) => take(event.currentTarget.value)}
          />
        }
      >
        <textarea {...shared()} rows={3} onInput={(event) => take(event.currentTarget.value)} />
      </Show>
      <Show when={wrong()}>
        <p class="field-error" id={`${props.id}-wrong`} role="alert">
          {say(/\.[0-9]{3,}$/.test(typed()) ? "tooFine" : "notANumber")}
        </p>
      </Show>
    </>
  );
}

/** Words that run over several lines: conclusions, reasons, notes. */
function isLong(path: string | null, ref: string): boolean {
  return /(text|reason|words|description|_note|note_.*)$/.test(path ?? ref.slice(ref.lastIndexOf("/") + 1));
}

function kindOf(type: string): string {
  if (type === "date") return "date";
  return type === "datetime" ? "datetime-local" : "text";
}

function modeOf({ binding }: InputProps): "numeric" | "decimal" | "text" {
  if (binding.type === "integer" || binding.sensitivity === "bank" || binding.sensitivity === "phone")
    return "numeric";
  return binding.type === "decimal" || binding.type === "money" ? "decimal" : "text";
}

/** The device's own control for a moment knows no offset: it shows the tablet's local time. */
function asTyped(type: string, text: string): string {
  if (type === "date") return text.slice(0, 10);
  if (type !== "datetime" || text === "") return text;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? "" : withOffset(at).slice(0, 16);
}

function asAnswer(type: string, typed: string): string {
  if (type === "datetime") return typed === "" ? "" : withOffset(new Date(typed));
  const answer = typed.trim();
  if (!(type in FITS)) return answer;
  // Chinese keyboards write full-width figures, and people put commas between thousands.
  return answer.normalize("NFKC").replaceAll(/[,\s]/g, "").replace("。", ".").replace(/\.$/, "");
}
