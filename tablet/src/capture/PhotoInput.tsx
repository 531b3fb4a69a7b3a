/**
 * One photo that the form asks for: taken with the camera or chosen as a file, seen at once, taken again or removed.
 *
 * It calls a photo saved only when the tablet has kept and read back its bytes. A photo that is taken again replaces the
 * earlier one only then.
 */

import {
  Match,
  Show,
  Switch,
  createRenderEffect,
  createResource,
  createSignal,
  createUniqueId,
  onCleanup,
  type Accessor,
} from "solid-js";
import { DraftTakenOver, StorageFull, type Field } from "../field";
import { Icon } from "../parts/Icon";
import { Notice } from "../parts/Notice";
import { size } from "../parts/plain";
import type { Photo } from "../store/records";
import { words } from "../words";
import { captureWords } from "../words/capture";
import { claimsOf, type Source } from "./claims";
import { kindOf } from "./formats";
import { PhotoRefused, takePhoto } from "./photo";
import { findPosition, within, type Position } from "./position";
import "./capture.css";

const say = words(captureWords);
const WAIT_FOR_POSITION_MS = 2_000;

export interface PhotoInputProps {
  field: Field;
  draft: string;
  shot: string;
  /** The question's instance path. (A property called `ref` would be Solid's own and never arrive.) */
  question: string;
  label: string;
  required: boolean;
  photo: Photo | null;
  onTaken(photo: Photo): void;
  onRemoved(): void;
}

type Trouble =
  { kind: "refused"; reason: PhotoRefused["reason"] } | { kind: "full" } | { kind: "takenOver" } | { kind: "failed" };

export function PhotoInput(props: PhotoInputProps) {
  const name = createUniqueId();
  const [coming, setComing] = createSignal<{ file: File; shown: boolean } | null>(null);
  const [trouble, setTrouble] = createSignal<Trouble | null>(null);
  let camera: HTMLInputElement | undefined;
  let files: HTMLInputElement | undefined;
  let position: Promise<Position | null> = Promise.resolve(null);

  const [kept] = createResource(
    () => props.photo && { digest: props.photo.digest, mediaType: props.photo.mediaType },
    async ({ digest, mediaType }) => new Blob([await copied(props.field.openFile(digest))], { type: mediaType }),
  );
  const preview = objectUrl(() => {
    const file = coming();
    if (file) return file.shown ? file.file : null;
    return props.photo && kept.state === "ready" ? kept() : null;
  });

  function open(source: Source): void {
    setTrouble(null);
    position = source === "camera" ? findPosition() : Promise.resolve(null);
    (source === "camera" ? camera : files)?.click();
  }

  async function chosen(input: HTMLInputElement, source: Source): Promise<void> {
    const file = input.files?.[0];
    if (!file || coming()) return;
    const clock = new Date();
    try {
      const original = new Uint8Array(await file.arrayBuffer());
      input.value = ""; // the same file may be chosen again
      setComing({ file, shown: kindOf(original) !== "heic" });
      const taken = await takePhoto(original);
      const digest = await props.field.keepFile(props.draft, taken.bytes);
      const claims = claimsOf({
        source,
        clock,
        fileTime: file.lastModified > 0 ? new Date(file.lastModified) : null,
        exif: taken.exif,
        position: await within(WAIT_FOR_POSITION_MS, position),
        changed: taken.changed,
      });
      const { shot, question } = props;
      props.onTaken({ digest, length: taken.bytes.length, mediaType: taken.mediaType, shot, ref: question, claims });
    } catch (error) {
      setTrouble(troubleOf(error));
    } finally {
      setComing(null);
    }
  }

  return (
    <section class="photo-input" classList={{ taken: props.photo !== null }} aria-labelledby={name}>
      <div class="photo-head">
        <h3 id={name}>{props.label}</h3>
        <Show when={props.required && !props.photo && !coming()}>
          <span class="chip owed">
            <Icon name="camera" />
            {say("required")}
          </span>
        </Show>
      </div>
      <div class="photo-frame">
        <Show
          when={preview()}
          fallback={
            <span class="photo-empty" aria-hidden="true">
              <Icon name="camera" />
            </span>
          }
        >
          {(url) => <img src={url()} alt={say("shows", { label: props.label })} />}
        </Show>
      </div>
      <p class="photo-state" role="status">
        <Switch fallback={say("none")}>
          <Match when={coming()}>{(file) => <>{say(file().shown ? "working" : "converting")}</>}</Match>
          <Match when={props.photo && kept.error}>
            <Icon name="warning" />
            {say("cannotShow")}
          </Match>
          <Match when={props.photo}>
            {(photo) => (
              <>
                <Icon name="check" />
                {say(photo().claims["scaled"] ? "keptScaled" : "kept")}{" "}
                <span class="soft small figures">{size(photo().length)}</span>
              </>
            )}
          </Match>
        </Switch>
      </p>
      <Show when={trouble()}>{(what) => <Refusal trouble={what()} before={props.photo !== null} />}</Show>
      <div class="buttons">
        <button
          type="button"
          class="button"
          classList={{ primary: !props.photo }}
          aria-describedby={name}
          disabled={coming() !== null}
          onClick={() => open("camera")}
        >
          <Icon name="camera" />
          {say(props.photo ? "retake" : "camera")}
        </button>
        <button
          type="button"
          class="button"
          aria-describedby={name}
          disabled={coming() !== null}
          onClick={() => open("file")}
        >
          <Icon name="file" />
          {say(props.photo ? "otherFile" : "file")}
        </button>
        <Show when={props.photo && !coming()}>
          <button type="button" class="button quiet" aria-describedby={name} onClick={() => props.onRemoved()}>
            {say("remove")}
          </button>
        </Show>
      </div>
      <input
        ref={(element) => (camera = element)}
        type="file"
        accept="image/*"
        capture="environment"
        hidden
        data-source="camera"
        onChange={(event) => void chosen(event.currentTarget, "camera")}
      />
      <input
        ref={(element) => (files = element)}
        type="file"
        accept="image/*,.heic,.heif"
        hidden
        data-source="file"
        onChange={(event) => void chosen(event.currentTarget, "file")}
      />
    </section>
  );
}

function Refusal(props: { trouble: Trouble; before: boolean }) {
  const title = () => {
    const { kind } = props.trouble;
    return kind === "refused" ? say("refused") : say(`${kind}Title`);
  };
  return (
    <Notice kind="problem" title={title()} spoken>
      <p>{props.trouble.kind === "refused" ? say(props.trouble.reason) : say(props.trouble.kind)}</p>
      <Show when={props.before}>
        <p>{say("before")}</p>
      </Show>
    </Notice>
  );
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof PhotoRefused) return { kind: "refused", reason: error.reason };
  if (error instanceof StorageFull) return { kind: "full" };
  if (error instanceof DraftTakenOver) return { kind: "takenOver" };
  return { kind: "failed" };
}

/** An address for the picture, given back to the browser when another takes its place. */
function objectUrl(blob: Accessor<Blob | null | undefined>): Accessor<string | null> {
  const [url, setUrl] = createSignal<string | null>(null);
  createRenderEffect((last: Blob | null) => {
    const now = blob() ?? null;
    if (now === last) return last;
    release();
    setUrl(now && URL.createObjectURL(now));
    return now;
  }, null);
  function release(): void {
    const old = url();
    if (old !== null) URL.revokeObjectURL(old);
  }
  onCleanup(release);
  return url;
}

/** A Blob takes bytes of a buffer of its own only. */
async function copied(bytes: Promise<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await bytes);
}
