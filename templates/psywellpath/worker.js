// Shows the kept help lines if a page cannot be reached. Nothing else is kept, and no page but that one is answered
// from here.
"use strict";
const STORE = "help-{{ version }}";
const ADDRESSES = {{ addresses }};
const kept = (address) => caches.match(address, { cacheName: STORE });

addEventListener("install", (event) => {
  const requests = ADDRESSES.map((address) => new Request(address, { credentials: "omit", cache: "no-cache" }));
  event.waitUntil(caches.open(STORE).then((store) => store.addAll(requests)).then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  const clear = async () => {
    for (const name of await caches.keys()) if (name.startsWith("help-") && name !== STORE) await caches.delete(name);
    // The browser asks for the page while this worker starts, so that no page comes later because of it.
    await registration.navigationPreload?.enable();
  };
  event.waitUntil(clear());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    const answer = async () => (await event.preloadResponse) || fetch(request);
    event.respondWith(answer().catch(async () => (await kept(ADDRESSES[0])) || Response.error()));
  } else if (ADDRESSES.includes(new URL(request.url).pathname)) {
    event.respondWith(fetch(request).catch(async () => (await kept(request.url)) || Response.error()));
  }
});
