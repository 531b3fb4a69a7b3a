/**
 * A form while somebody fills it in: every change is saved within a moment, and what is called saved has been read back.
 *
 * What the screens compute from the answers (progress, income, what is missing) follows `version`, which counts the
 * changes: the engine's own state has thousands of parts, and following each of them would cost more than it tells. What
 * looks at the whole form follows `calm`, which catches up once nobody has typed for a moment.
 */

import { createSignal, onCleanup, type Accessor } from "solid-js";
import { DraftTakenOver, StorageFull, type Field } from "../field";
import type { DraftContent, Photo } from "../store/records";
import type { Value } from "../sync/register";
import { setText, textOf, type OpenForm, type QuestionNode } from "./engine";
import { fillPath, type Binding } from "./model";
import { readInstance, type Answer } from "./reading";

export type Trouble = "takenOver" | "full" | "failed";

export interface Filling {
  field: Field;
  draft: string;
  form: OpenForm;
  content: DraftContent;
  version: Accessor<number>;
  calm: Accessor<number>;
  savedAt: Accessor<Date | null>;
  /** From the moment of a change until it is safe: meanwhile nothing on screen may say "saved". */
  saving: Accessor<boolean>;
  trouble: Accessor<Trouble | null>;
  /** What the form says now, as the case would take it. */
  answers(): Answer[];
  answer(node: QuestionNode, text: string): void;
  /** The form says the same in other words. */
  reread(): void;
  /** Something changed that is no answer: an entry. */
  changed(): void;
  /** The person turned to this page; the draft opens there again. */
  turnedTo(page: string): void;
  /** By the file that the question names: positions of entries change when one is removed. */
  photoOf(node: QuestionNode): Photo | null;
  keepPhoto(node: QuestionNode, photo: Photo): void;
  removePhoto(node: QuestionNode): void;
  /** The field of the case that a question answers, or null. */
  pathOf(node: QuestionNode, binding: Binding): string | null;
  /** What was on file; undefined when nothing was. */
  last(path: string | null): Value | undefined;
  /** Lets go of photos that no question names any more, because their entry was removed or they are not asked for. */
  dropUnnamedPhotos(): void;
  /** Saves what is not saved yet; whether everything is safe. */
  flush(): Promise<boolean>;
}

const PAUSE_MS = 250;
const CALM_MS = 120;

export function createFilling(field: Field, draft: string, content: DraftContent, form: OpenForm): Filling {
  const [version, setVersion] = createSignal(0);
  const [calm, setCalm] = createSignal(0);
  const [savedAt, setSavedAt] = createSignal<Date | null>(null);
  const [saving, setSaving] = createSignal(false);
  const [trouble, setTrouble] = createSignal<Trouble | null>(null);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let calming: ReturnType<typeof setTimeout> | undefined;
  let unsaved = false;
  let running: Promise<void> = Promise.resolve();

  async function save(): Promise<void> {
    if (!unsaved || trouble() === "takenOver") return;
    unsaved = false;
    try {
      content.instance = form.instance;
      await field.saveDraft(draft, { ...content, photos: [...content.photos] });
      setSavedAt(new Date());
      setTrouble(null);
    } catch (error) {
      unsaved = true;
      setTrouble(error instanceof DraftTakenOver ? "takenOver" : error instanceof StorageFull ? "full" : "failed");
    } finally {
      setSaving(unsaved);
    }
  }

  function flush(): Promise<boolean> {
    clearTimeout(timer);
    running = running.then(save);
    return running.then(() => !unsaved);
  }

  function saveSoon(): void {
    unsaved = true;
    setSaving(true);
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), PAUSE_MS);
  }

  function changed(): void {
    const count = setVersion((before) => before + 1);
    clearTimeout(calming);
    calming = setTimeout(() => setCalm(count), CALM_MS);
    saveSoon();
  }

  const hidden = () => document.visibilityState === "hidden" && void flush();
  document.addEventListener("visibilitychange", hidden);
  onCleanup(() => {
    document.removeEventListener("visibilitychange", hidden);
    clearTimeout(calming);
    void flush();
  });

  function photoOf(node: QuestionNode): Photo | null {
    const file = textOf(node);
    return file === "" ? null : (content.photos.find((photo) => file.startsWith(photo.digest)) ?? null);
  }

  function dropPhoto(node: QuestionNode): void {
    const photo = photoOf(node);
    content.photos = content.photos.filter((each) => each !== photo);
  }

  return {
    field,
    draft,
    form,
    content,
    version,
    calm,
    savedAt,
    saving,
    trouble,
    answers: () => readInstance(form.model, form.instance, new Set(Object.keys(content.seen)), draft).answers,
    answer(node, text) {
      setText(node, text);
      changed();
    },
    reread: () => void setVersion((count) => count + 1),
    changed,
    turnedTo(page) {
      content.page = page;
      saveSoon();
    },
    photoOf,
    keepPhoto(node, photo) {
      dropPhoto(node);
      content.photos.push(photo);
      const extension = photo.mediaType === "image/png" ? "png" : "jpg";
      setText(node, `${photo.digest}.${extension}`);
      changed();
    },
    removePhoto(node) {
      dropPhoto(node);
      setText(node, "");
      changed();
    },
    pathOf: (node, binding) => (binding.path === null ? null : fillPath(binding.path, form.keyOf(node))),
    last: (path) => (path === null ? undefined : content.onScreen[path]),
    dropUnnamedPhotos() {
      const { instance } = form;
      const named = content.photos.filter((photo) => photo.ref === "" || instance.includes(photo.digest));
      if (named.length === content.photos.length) return;
      content.photos = named;
      changed();
    },
    flush,
  };
}
