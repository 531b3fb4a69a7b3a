/** A state as a word, a shape and a colour together; the same everywhere. */

import { words } from "../words";
import { shellWords } from "../words/shell";
import { Icon, type IconName } from "./Icon";

const say = words(shellWords);

const STATES = {
  due: ["", "house"],
  done: ["settled", "check"],
  draft: ["", "pencil"],
  settled: ["settled", "check"],
  disputed: ["disputed", "fork"],
  owed: ["owed", "clock"],
  returned: ["returned", "return"],
  superseded: ["superseded", "layers"],
  quarantined: ["quarantined", "eye"],
  saved: ["", "lock"],
  delivered: ["settled", "check"],
  needHelp: ["returned", "warning"],
} as const satisfies Record<string, readonly [string, IconName]>;

export type State = keyof typeof STATES;

export function Chip(props: { state: State; count?: number }) {
  return (
    <span class={`chip ${STATES[props.state][0]}`}>
      <Icon name={STATES[props.state][1]} />
      {say(props.state)}
      {props.count === undefined ? "" : ` ${props.count}`}
    </span>
  );
}
