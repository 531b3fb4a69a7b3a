/** The photos of earlier visits, shown from the office while there is a network. None of them stays on the tablet. */

import { For, Show, createSignal, onCleanup } from "solid-js";
import type { CasePhoto, Field } from "../field";
import { Icon } from "../parts/Icon";
import { day } from "../parts/plain";
import { words } from "../words";
import { caseWords } from "../words/case";

const say = words(caseWords);

type Shown = CasePhoto & { address: string };

export function CasePhotos(props: { field: Field; id: string }) {
  const [photos, setPhotos] = createSignal<Shown[]>([]);
  const [said, setSaid] = createSignal<"photosOffline" | "photosLoading" | "photosNone" | null>("photosOffline");
  const [busy, setBusy] = createSignal(false);
  let gone = false;
  onCleanup(() => {
    gone = true;
    for (const { address } of photos()) URL.revokeObjectURL(address);
  });

  async function show(): Promise<void> {
    setBusy(true);
    setSaid("photosLoading");
    try {
      const all = await props.field.casePhotos(props.id);
      const newest = all.filter((photo) => photo.statement === all[0]?.statement);
      for (const photo of newest) {
        // oxlint-disable-next-line no-await-in-loop -- one at a time: a village network carries no more
        const picture = await props.field.casePhoto(photo.statement, photo.digest);
        if (gone) return;
        setPhotos((before) => [...before, { ...photo, address: URL.createObjectURL(picture) }]);
      }
      setSaid(newest.length > 0 ? null : "photosNone");
    } catch {
      setSaid("photosOffline");
    } finally {
      setBusy(false);
    }
  }

  return (
    <section class="stack">
      <h2>{say("photosTitle")}</h2>
      <ul class="photos">
        <For each={photos()}>
          {(photo) => (
            <li>
              <figure>
                <img
                  src={photo.address}
                  alt={say("photo", { shot: shotText(photo.shot), day: day(photo.receivedAt) })}
                />
                <figcaption class="small">
                  {shotText(photo.shot)} <span class="soft figures">{day(photo.receivedAt)}</span>
                </figcaption>
              </figure>
            </li>
          )}
        </For>
      </ul>
      <p role="status" class="soft">
        <Show when={said()}>{(what) => <>{say(what())}</>}</Show>
      </p>
      <Show when={photos().length === 0}>
        <div class="buttons">
          <button type="button" class="button" disabled={busy()} onClick={() => void show()}>
            <Icon name="camera" />
            {say("photosShow")}
          </button>
        </div>
      </Show>
    </section>
  );
}

function shotText(shot: string): string {
  return shot in caseWords.zh && !shot.startsWith("photo")
    ? say(shot as keyof typeof caseWords.zh)
    : say("otherShot");
}
