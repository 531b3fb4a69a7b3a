/** Why it is not sealed yet, and that nothing is lost. */

import { Show } from "solid-js";
import { Notice } from "../parts/Notice";
import { words } from "../words";
import { signingWords } from "../words/signing";

const say = words(signingWords);

/** Another window sealed first; no room; anything else. */
export type SealTrouble = "moved" | "full" | "failed";

export function TroubleNotice(props: { trouble: SealTrouble | null }) {
  return (
    <Show when={props.trouble} keyed>
      {(what) => (
        <Notice kind={what === "moved" ? "warning" : "problem"} title={say(`${what}Title`)} spoken>
          <p>{say(what)}</p>
        </Notice>
      )}
    </Show>
  );
}
