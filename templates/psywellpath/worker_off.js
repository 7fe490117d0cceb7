// The practice has turned the offline help off: this worker takes the place of the earlier one, and leaves.
"use strict";
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => {
  const leave = async () => {
    for (const name of await caches.keys()) if (name.startsWith("help-")) await caches.delete(name);
    await registration.unregister();
  };
  event.waitUntil(leave());
});
