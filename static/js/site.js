// Public pages are the same for everyone; this only changes a label for those who are signed in.
(() => {
  "use strict";
  const links = document.querySelectorAll("[data-signed-in]");
  if (/(^|; )(__Host-)?signed_in=1/.test(document.cookie)) links.forEach((link) => (link.textContent = link.dataset.signedIn));
})();
// A message in a section of the page gets the focus, so that screen readers read it out.
addEventListener("load", () => document.querySelector("[data-said]:has(.notice)")?.focus());
