/**
 * A statement as it stands in the bytes that are signed: answers, photos, and who signs. Nothing here comes from the
 * draft or the form engine.
 */

import { For, Show, createMemo, createResource, createSignal, onCleanup } from "solid-js";
import { INK_TYPE, inkPath, readInk } from "../capture/ink";
import type { Field } from "../field";
import type { FormModel } from "../form/model";
import { renderStatement } from "../form/rendering";
import type { Value } from "../sync/register";
import { readPayload, type Evidence, type SignOff } from "../sync/statement";
import { words } from "../words";
import { signingWords } from "../words/signing";
import { shotLabel } from "./formFacts";
import { THUMBPRINT } from "./seal";

const say = words(signingWords);

export interface StatementViewProps {
  field: Field;
  model: FormModel;
  payload: Uint8Array;
  /** What was on screen when the draft was begun: changes against it are marked. */
  before: Readonly<Record<string, Value>>;
}

export function StatementView(props: StatementViewProps) {
  const statement = createMemo(() => readPayload(props.payload));
  const regionName = (id: string) => props.field.regions.find((region) => region.id === id)?.name ?? id;
  const sections = createMemo(() => renderStatement(props.model, props.payload, props.before, regionName));
  const pictures = () => statement().evidence.filter((item) => item.mediaType !== INK_TYPE);
  const name = (signOff: SignOff) =>
    props.field.people.find((person) => person.id === signOff.person)?.name ?? say(slotWord(signOff));

  return (
    <div class="statement">
      <For each={sections()}>
        {(section) => (
          <section class="card">
            <h2>{section.title}</h2>
            <dl class="answers">
              <For each={section.rows}>
                {(row) => (
                  <div>
                    <dt>{row.label}</dt>
                    <dd>
                      {row.text || <span class="soft">{say("blank")}</span>}
                      <Show when={row.changedFrom !== undefined}>
                        <span class="was">{say("before", { value: row.changedFrom || say("blank") })}</span>
                      </Show>
                    </dd>
                  </div>
                )}
              </For>
            </dl>
          </section>
        )}
      </For>
      <section class="card">
        <h2>{say("evidence")}</h2>
        <Show when={pictures().length > 0} fallback={<p class="soft">{say("noEvidence")}</p>}>
          <ul class="pictures">
            <For each={pictures()}>
              {(item) => <Picture field={props.field} item={item} label={label(props.model, item.shot)} />}
            </For>
          </ul>
        </Show>
      </section>
      <section class="card">
        <h2>{say("signOffs")}</h2>
        <ul class="sign-offs">
          <For each={statement().signOffs}>
            {(signOff) => (
              <li>
                <div>
                  <strong>{name(signOff)}</strong>
                  <Show when={name(signOff) !== say(slotWord(signOff))}>
                    <span class="soft small"> {say(slotWord(signOff))}</span>
                  </Show>
                </div>
                <div>
                  {say(signOff.keyid ? "outcome_key" : `outcome_${signOff.outcome}`)}
                  <Show when={signOff.reason}>
                    {(reason) => <span class="soft small"> {say("reason", { reason: reason() })}</span>}
                  </Show>
                </div>
                <Show when={signOff.ink}>
                  {(digest) => (
                    <Handwriting
                      field={props.field}
                      digest={digest()}
                      label={say("inkOf", { name: name(signOff) })}
                    />
                  )}
                </Show>
              </li>
            )}
          </For>
        </ul>
      </section>
    </div>
  );
}

function slotWord(signOff: SignOff): "slot_investigator" | "slot_householder" | "slot_informant" {
  if (signOff.slot === "householder") return "slot_householder";
  return signOff.slot === "informant" ? "slot_informant" : "slot_investigator";
}

function label(model: FormModel, shot: string): string {
  return shot === THUMBPRINT ? say("photo_thumbprint") : shotLabel(model, shot);
}

function Picture(props: { field: Field; item: Evidence; label: string }) {
  const [url, setUrl] = createSignal<string | null>(null);
  createResource(
    () => props.item.digest,
    async (digest) => {
      const bytes = new Uint8Array(await props.field.openFile(digest));
      setUrl(URL.createObjectURL(new Blob([bytes], { type: props.item.mediaType })));
    },
  );
  onCleanup(() => {
    const made = url();
    if (made !== null) URL.revokeObjectURL(made);
  });
  return (
    <li>
      <figure>
        <span class="picture-room">
          <Show when={url()}>{(made) => <img src={made()} alt={say("photoOf", { label: props.label })} />}</Show>
        </span>
        <figcaption class="small">{props.label}</figcaption>
      </figure>
    </li>
  );
}

function Handwriting(props: { field: Field; digest: string; label: string }) {
  const [ink] = createResource(
    () => props.digest,
    async (digest) => readInk(await props.field.openFile(digest)),
  );
  return (
    <span class="handwriting">
      <Show when={ink.state === "ready" && ink()}>
        {(written) => (
          <svg role="img" aria-label={props.label} viewBox={`0 0 ${written().width} ${written().height}`}>
            <path
              d={inkPath(written())}
              fill="none"
              stroke="currentColor"
              stroke-width="2.5"
              vector-effect="non-scaling-stroke"
              stroke-linecap="round"
              stroke-linejoin="round"
            />
          </svg>
        )}
      </Show>
    </span>
  );
}
