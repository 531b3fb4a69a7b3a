/** The outdoor theme: black on white with heavier lines and larger letters, for full sun. Kept on the tablet. */

import { createSignal } from "solid-js";

const KEPT = "ruhu.theme";
const [outdoor, setOutdoor] = createSignal(false);
export { outdoor };

export function chooseOutdoor(on: boolean): void {
  setOutdoor(on);
  if (on) document.documentElement.dataset["theme"] = "outdoor";
  else delete document.documentElement.dataset["theme"];
  try {
    localStorage.setItem(KEPT, on ? "outdoor" : "");
  } catch {
    // The choice then lasts until the next start.
  }
}

export function restoreTheme(): void {
  try {
    chooseOutdoor(localStorage.getItem(KEPT) === "outdoor");
  } catch {
    chooseOutdoor(false);
  }
}
