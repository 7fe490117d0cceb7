// Public pages are the same for everyone; this only changes a label for those who are signed in.
(() => {
  "use strict";
  const link = document.querySelector("[data-signed-in]");
  if (link && /(^|; )signed_in=1/.test(document.cookie)) link.textContent = link.dataset.signedIn;
})();
