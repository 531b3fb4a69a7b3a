/** A question in front of everything else; Escape and the close button leave things as they were. */

import { createUniqueId, onMount, type JSX } from "solid-js";
import { words } from "../words";
import { shellWords } from "../words/shell";
import { Icon } from "./Icon";

const say = words(shellWords);

export function Dialog(props: { title: string; onClose(): void; children?: JSX.Element; actions?: JSX.Element }) {
  let dialog: HTMLDialogElement | undefined;
  const id = createUniqueId();
  onMount(() => dialog?.showModal());
  return (
    <dialog ref={(element) => (dialog = element)} class="dialog" aria-labelledby={id} onClose={() => props.onClose()}>
      <div class="dialog-head">
        <h2 id={id}>{props.title}</h2>
        <button type="button" class="button quiet" aria-label={say("close")} onClick={() => dialog?.close()}>
          <Icon name="close" />
        </button>
      </div>
      {props.children ? <div class="dialog-body">{props.children}</div> : null}
      {props.actions ? <div class="dialog-actions buttons">{props.actions}</div> : null}
    </dialog>
  );
}
