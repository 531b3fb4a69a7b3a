/**
 * Every word that people see, in Simplified Chinese and in English, and the switch between the two.
 *
 * A catalogue lies beside its area (`words/visit.ts`); a screen asks it by key and follows the switch at once. The
 * choice is kept on the tablet, for it is no secret and the lock screen needs it before anybody has unlocked.
 */

import { createSignal } from "solid-js";

export type Words = { zh: Record<string, string>; en: Record<string, string> };
export type Language = "zh" | "en";
export type Say<W extends Words> = (key: string & keyof W["zh"], params?: Record<string, string | number>) => string;

const KEPT = "ruhu.language";

const [language, setLanguage] = createSignal<Language>(kept());
export { language };

// Another window of the app has switched: this one follows.
if (typeof addEventListener === "function") {
  addEventListener("storage", ({ key }) => key === KEPT && setLanguage(kept()));
}

/** What the person chose last; Chinese when nobody chose, whatever the browser's own language. */
function kept(): Language {
  try {
    return localStorage.getItem(KEPT) === "en" ? "en" : "zh";
  } catch {
    return "zh"; // a browser that forbids storage still shows words
  }
}

export function chooseLanguage(chosen: Language): void {
  try {
    localStorage.setItem(KEPT, chosen);
  } catch {
    // The choice then lasts until the next start.
  }
  setLanguage(chosen);
}

/** Reads a catalogue in the chosen language. `{count}` in a text is filled from the parameters. */
export function words<W extends Words>(catalogue: W): Say<W> {
  return (key, params) => fill(catalogue[language()][key] ?? catalogue.zh[key] ?? key, params);
}

/** Puts the parameters into the places named for them; a place without a parameter stays visible, so that it is found. */
export function fill(text: string, params: Record<string, string | number> = {}): string {
  return text.replace(/\{(\w+)\}/gu, (place, name: string) => (name in params ? String(params[name]) : place));
}
