/**
 * Keeps the whole app on the tablet, so that it starts with the server out of reach, and changes it only when told to.
 *
 * Nothing but the app's own files is kept here: no answer of the server ever is. A new version waits until the person
 * asks for it, or until the app starts anew and no other window of it is open; so no form changes under the hand.
 */

import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";

declare const self: ServiceWorkerGlobalScope & {
  __WB_MANIFEST: (string | { url: string; revision: string | null })[];
};

// oxlint-disable-next-line no-underscore-dangle -- the build puts the list of the app's files here, under this name
precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
registerRoute(
  new NavigationRoute(createHandlerBoundToURL("index.html"), { allowlist: [/^\/tablet\/(?:index\.html)?$/u] }),
);

// The first version serves the page that installed it; otherwise a first day without network would find no app.
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  if (event.data === "activate") event.waitUntil(self.skipWaiting());
  if (event.data === "activate if alone") event.waitUntil(activateIfAlone());
});

/** Another window may be in the middle of a visit with the old version; its parts must not vanish under it. */
async function activateIfAlone(): Promise<void> {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (windows.length <= 1) await self.skipWaiting();
}
