/** A new version waits. It is the person who says when. */

import { Show, createSignal } from "solid-js";
import { Notice } from "../parts/Notice";
import { words } from "../words";
import { shellWords } from "../words/shell";
import { update, updateWaits } from "./appUpdate";

const say = words(shellWords);

export function UpdateNotice() {
  const [held, setHeld] = createSignal(false);
  return (
    <Show when={updateWaits()}>
      <Notice title={say("updateReady")}>
        <p>{held() ? say("updateElsewhere") : say("updateSafe")}</p>
        <button type="button" class="button" onClick={() => void update().then((done) => setHeld(!done))}>
          {say("updateNow")}
        </button>
      </Notice>
    </Show>
  );
}
