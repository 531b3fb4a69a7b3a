/** Says what happened, what is safe and what to do next, beside the thing that it is about. */

import type { JSX } from "solid-js";
import { Icon } from "./Icon";

export interface NoticeProps {
  kind?: "warning" | "problem";
  title?: string;
  /** Read out as soon as it appears; for what the person has just caused. */
  spoken?: boolean;
  children?: JSX.Element;
}

export function Notice(props: NoticeProps) {
  return (
    <div class="notice" classList={{ [props.kind ?? "plain"]: true }} role={props.spoken ? "alert" : undefined}>
      <Icon name={props.kind === "problem" ? "stop" : props.kind === "warning" ? "warning" : "info"} />
      {props.title ? <strong>{props.title}</strong> : null}
      <div class="notice-text">{props.children}</div>
    </div>
  );
}
