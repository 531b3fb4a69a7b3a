/**
 * New versions of the app: fetched by themselves, put in place only when nobody is in the middle of anything.
 *
 * A window with an open draft holds a lock that all windows of the app can see; as long as one does, no version changes.
 */

import { createSignal } from "solid-js";

const DRAFT_OPEN = "ruhu draft open";
const LOOK_EVERY = 60 * 60_000;

const [updateWaits, setUpdateWaits] = createSignal(false);
const [replaced, setReplaced] = createSignal(false);
/** A version is downloaded and waits; another window has put a new version in place under this one. */
export { updateWaits, replaced };

let registration: ServiceWorkerRegistration | null = null;
let draftHere = false;

/** Installs the offline copy of the app, and looks for new versions as long as the window is open. */
export async function keepApp(): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const hadOne = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (!hadOne) return; // the very first version: the page already shows it
    if (draftHere) setReplaced(true);
    else location.reload();
  });
  try {
    registration = await navigator.serviceWorker.register("sw.js", { updateViaCache: "none" });
  } catch {
    return; // out of reach, or a browser that forbids it: the copy from before, if any, still serves
  }
  // A start is the quietest moment: nobody has unlocked yet.
  if (hadOne) registration.waiting?.postMessage("activate if alone");
  const found = registration;
  const seen = () => setUpdateWaits(found.waiting !== null && navigator.serviceWorker.controller !== null);
  found.addEventListener("updatefound", () => found.installing?.addEventListener("statechange", seen));
  seen();
  const look = () => void found.update().catch(() => undefined); // offline: looked for again later
  setInterval(look, LOOK_EVERY);
  addEventListener("online", look);
}

/** Puts the waiting version in place. False when a draft is open in some window: then nothing happens. */
export async function update(): Promise<boolean> {
  const locks = await navigator.locks.query();
  if (locks.held?.some((lock) => lock.name === DRAFT_OPEN)) return false;
  registration?.waiting?.postMessage("activate");
  return true;
}

/** Says to all windows that a draft is open here, until the function that it gives back is called. */
export function holdDraft(): () => void {
  const left = new AbortController();
  draftHere = true;
  void navigator.locks?.request(DRAFT_OPEN, { mode: "shared" }, () => whenAborted(left.signal));
  return () => {
    draftHere = false;
    left.abort();
  };
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve());
  });
}
