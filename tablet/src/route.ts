/**
 * Where the person is: the part of the address after `#`, and the way from one screen to another.
 *
 * Ids are random and say nothing about a household, so they may stand in an address. An enrolment code may not: it is
 * taken out of the address before anything is drawn.
 */

import { createSignal } from "solid-js";

export type Route =
  | { name: "work" }
  | { name: "case"; id: string }
  | { name: "visit"; id: string }
  | { name: "sign"; id: string }
  | { name: "outbox" }
  | { name: "settings" };

/** Reads `#/case/ab12`. What is no screen of ours is the work list, never an error page. */
export function readRoute(hash: string): Route {
  const [name, id] = hash.replace(/^#?\/?/u, "").split("/");
  if ((name === "case" || name === "visit" || name === "sign") && id && /^[\w-]+$/u.test(id)) return { name, id };
  if (name === "outbox" || name === "settings") return { name };
  return { name: "work" };
}

const [route, setRoute] = createSignal<Route>(readRoute(typeof location === "undefined" ? "" : location.hash), {
  equals: (a, b) => a.name === b.name && "id" in a === "id" in b && (!("id" in a) || !("id" in b) || a.id === b.id),
});
export { route };

/** Goes to a screen: `go("/case/ab12")`. */
export function go(path: string): void {
  location.hash = path;
}

/** Follows the address until the page is closed. */
export function followAddress(): void {
  setRoute(readRoute(location.hash));
  addEventListener("hashchange", () => setRoute(readRoute(location.hash)));
}

/** The code of `#enrol=CODE`, once: it leaves the address and the history with this reading. */
export function takeEnrolmentCode(): string | null {
  const found = /^#enrol=([\w-]+)$/u.exec(location.hash);
  if (!found) return null;
  history.replaceState(null, "", location.pathname + location.search);
  return found[1] ?? null;
}
