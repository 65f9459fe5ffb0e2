// Keeps the page of the inspectors and its assets for the time without network. SHELL comes from the server.
"use strict";

const PAGE = "/field";
const KEPT = `field ${self.SHELL.join(" ")}`;
/** A bad network is worse than none: after this time the copy is shown. */
const PATIENCE = 4000;

self.addEventListener("install", (event) => event.waitUntil(install().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => self.clients.claim())));

async function install() {
  const cache = await caches.open(KEPT);
  await cache.addAll(self.SHELL);
  await keep(cache, await fetch(PAGE, { credentials: "same-origin", cache: "no-store" }));
}

async function tidy() {
  const cache = await caches.open(KEPT);
  for (const name of await caches.keys()) {
    if (!name.startsWith("field ") || name === KEPT) continue;
    // The page may come from the older copy, if the new one could not be fetched; its assets come with it.
    const older = await caches.open(name);
    if (!(await cache.match(PAGE))) {
      for (const request of await older.keys()) await cache.put(request, await older.match(request));
    }
    await caches.delete(name);
  }
}

/** Keeps the page, unless the answer is the log-in page or a fault. */
async function keep(cache, response) {
  const page = response.ok && !response.redirected && (response.headers.get("content-type") || "").startsWith("text/html");
  if (page) await cache.put(PAGE, response.clone());
  return response;
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode === "navigate" && url.pathname === PAGE) event.respondWith(page(event));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(asset(event.request));
});

async function page(event) {
  const cache = await caches.open(KEPT);
  const asked = fetch(event.request).then((response) => keep(cache, response));
  event.waitUntil(asked.catch(() => {}));
  const kept = await cache.match(PAGE);
  if (!kept) return asked;
  const late = new Promise((done) => setTimeout(done, PATIENCE, kept));
  const sound = asked.then((response) => (response.status >= 500 ? kept : response), () => kept);
  return Promise.race([sound, late]);
}

async function asset(request) {
  const cache = await caches.open(KEPT);
  const kept = await cache.match(request);
  if (kept) return kept;
  const response = await fetch(request);
  if (response.ok) await cache.put(request, response.clone());
  return response;
}
