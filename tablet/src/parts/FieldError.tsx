/** What is wrong with an answer, beside it, read out as it appears. */

import type { JSX } from "solid-js";
import { Icon } from "./Icon";

export function FieldError(props: { children: JSX.Element }) {
  return (
    <p class="field-error" role="alert">
      <Icon name="stop" />
      {props.children}
    </p>
  );
}
