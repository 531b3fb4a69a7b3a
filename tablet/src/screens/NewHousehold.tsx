/** Begins a visit to a household that is on nobody's list: all that is asked is the village. */

import { For, Show, createMemo, createSignal } from "solid-js";
import type { Field } from "../field";
import { Dialog } from "../parts/Dialog";
import { words } from "../words";
import { workWords } from "../words/work";

const say = words(workWords);
const VILLAGE = 5;
const FEW = 8;

export function NewHousehold(props: { field: Field; onVillage(village: string): void; onClose(): void }) {
  const [search, setSearch] = createSignal("");
  const all = () => props.field.regions.filter((region) => region.level === VILLAGE);
  const found = createMemo(() => all().filter((region) => region.name.includes(search().trim())));
  const above = (parent: string | null) => props.field.regions.find((region) => region.id === parent)?.name ?? "";
  return (
    <Dialog title={say("newTitle")} onClose={() => props.onClose()}>
      <p>{say("newLead")}</p>
      <Show when={all().length > FEW}>
        <input
          class="input"
          type="search"
          aria-label={say("newFilter")}
          placeholder={say("newFilter")}
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
      </Show>
      <div class="choices">
        <For each={found()}>
          {(region) => (
            <button type="button" class="choice" onClick={() => props.onVillage(region.id)}>
              <span>
                {region.name}
                <span class="soft small"> {above(region.parent)}</span>
              </span>
            </button>
          )}
        </For>
      </div>
    </Dialog>
  );
}
