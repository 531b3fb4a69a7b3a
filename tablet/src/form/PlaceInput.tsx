/** Where the visit is, as the device says: latitude, longitude, altitude and accuracy in degrees and metres. */

import { Show, createSignal } from "solid-js";
import { Icon } from "../parts/Icon";
import { words } from "../words";
import { formWords } from "../words/form";
import { Label, type InputProps } from "./Label";

const say = words(formWords);
const PATIENCE_MS = 20_000;

export function PlaceInput(props: InputProps) {
  const [state, setState] = createSignal<"idle" | "asking" | "failed">("idle");

  function locate(): void {
    setState("asking");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const figures = [coords.latitude.toFixed(6), coords.longitude.toFixed(6)];
        figures.push((coords.altitude ?? 0).toFixed(1), coords.accuracy.toFixed(1));
        props.onAnswer(figures.join(" "));
        setState("idle");
      },
      () => setState("failed"),
      { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 60_000 },
    );
  }

  return (
    <div class="place-input" role="group" aria-labelledby={`${props.id}-label`} aria-describedby={props.describedBy}>
      <p class="field-label" id={`${props.id}-label`}>
        <Label text={props.label} node={props.node} />
      </p>
      <Show when={props.text !== ""}>
        <p class="figures">{say("located", { metres: Math.round(Number(props.text.split(" ")[3] ?? 0)) })}</p>
      </Show>
      <button type="button" class="button" disabled={state() === "asking"} onClick={locate}>
        <Icon name="house" />
        {state() === "asking" ? say("locating") : say("locate")}
      </button>
      <Show when={state() === "failed"}>
        <p class="field-error" role="alert">
          {say("noPosition")}
        </p>
      </Show>
    </div>
  );
}
