/** An early warning, so that no visit ever fails for want of space. */

import { Match, Switch } from "solid-js";
import { Notice } from "../parts/Notice";
import { words } from "../words";
import { workWords } from "../words/work";

const say = words(workWords);
const EARLY = 0.7;
const LATE = 0.85;

export function StorageNotice(props: { used: number }) {
  const percent = () => Math.floor(props.used * 100);
  return (
    <Switch>
      <Match when={props.used >= LATE}>
        <Notice kind="problem" title={say("storageLate", { percent: percent() })}>
          {say("storageLateText")}
        </Notice>
      </Match>
      <Match when={props.used >= EARLY}>
        <Notice kind="warning" title={say("storageEarly", { percent: percent() })}>
          {say("storageEarlyText")}
        </Notice>
      </Match>
    </Switch>
  );
}
