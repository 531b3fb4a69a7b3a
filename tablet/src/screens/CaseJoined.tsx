/** That a household was joined into another one, and the way to the file that lives on. */

import { Show } from "solid-js";
import type { CaseLine } from "../field";
import { Icon } from "../parts/Icon";
import { Notice } from "../parts/Notice";
import { words } from "../words";
import { caseWords } from "../words/case";

const say = words(caseWords);

export function CaseJoined(props: { into: string; lines: readonly CaseLine[] }) {
  const livesOn = () => props.lines.find((line) => line.id === props.into);
  return (
    <section class="stack">
      <Notice kind="warning" title={say("joinedTitle")}>
        <p>{livesOn() ? say("joinedLead") : say("joinedElsewhere")}</p>
      </Notice>
      <Show when={livesOn()}>
        {(line) => (
          <div class="list">
            <a class="line" href={`#/case/${line().id}`}>
              <Icon name="house" />
              <span class="line-main">
                <strong>{line().householder || say("unnamed")}</strong>
                <span class="soft small">{[line().group, line().address].filter(Boolean).join(" · ")}</span>
              </span>
              <Icon name="forward" />
            </a>
          </div>
        )}
      </Show>
    </section>
  );
}
