/** The way to the office without any network: one encrypted file there, one signed answer back. */

import { Show, createSignal } from "solid-js";
import type { Field } from "../field";
import { Icon } from "../parts/Icon";
import { words } from "../words";
import { outboxWords } from "../words/outbox";

const say = words(outboxWords);
const KEEP_ADDRESS = 60_000;

export function LifeboatCard(props: { field: Field }) {
  const [said, setSaid] = createSignal<keyof typeof outboxWords.zh | null>(null);
  const [covered, setCovered] = createSignal(0);
  const [packing, setPacking] = createSignal(false);
  let picker: HTMLInputElement | undefined;

  async function make(): Promise<void> {
    setPacking(true);
    setSaid("lifeboatMaking");
    try {
      save(await props.field.lifeboat(), `ruhu-${props.field.tablet.replica.slice(0, 8)}-${Date.now()}.lifeboat.zip`);
      setSaid("lifeboatMade");
    } catch {
      setSaid("lifeboatFailed");
    } finally {
      setPacking(false);
    }
  }

  async function read(file: File | undefined): Promise<void> {
    if (!file) return;
    try {
      setCovered(await props.field.readAnswer(file));
      setSaid("answerDone");
    } catch {
      setSaid("answerFailed");
    }
    if (picker) picker.value = "";
  }

  return (
    <section class="card">
      <h2>{say("lifeboatTitle")}</h2>
      <p>{say("lifeboatLead")}</p>
      <div class="buttons">
        <button
          type="button"
          class="button"
          disabled={packing() || props.field.outbox().length === 0}
          onClick={() => void make()}
        >
          <Icon name="lifebuoy" />
          {say("lifeboatMake")}
        </button>
        <button type="button" class="button" onClick={() => picker?.click()}>
          <Icon name="file" />
          {say("answerRead")}
        </button>
        <input
          ref={(element) => (picker = element)}
          type="file"
          accept=".json,application/json"
          hidden
          aria-label={say("answerRead")}
          onChange={(event) => void read(event.currentTarget.files?.[0])}
        />
      </div>
      <p role="status">
        <Show when={said()}>{(what) => <>{say(what(), { count: covered() })}</>}</Show>
      </p>
    </section>
  );
}

/** The name says which tablet and when, and nothing about anybody. */
function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEEP_ADDRESS);
}
