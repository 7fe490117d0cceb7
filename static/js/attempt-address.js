// Offers an attempt that was begun in this browser. Only its address is kept, until there is a result,
// the answers are deleted or expire, their owner signs out (site.js), or somebody presses "Forget".
(() => {
  "use strict";

  const NAME = "attempt";
  const FORGOTTEN = "attempt-forgotten";

  // Without storage (a private window, a full disk) nothing is offered.
  function stored() {
    try {
      const kept = JSON.parse(localStorage.getItem(NAME));
      if (!kept?.address?.startsWith("/")) return null;
      if (!kept.until || Date.parse(kept.until) > Date.now()) return kept;
      localStorage.removeItem(NAME);
    } catch {}
    return null;
  }

  function forget(address) {
    try {
      if (!address || stored()?.address === address) localStorage.removeItem(NAME);
    } catch {}
  }

  // While it is taken. Forgotten once, it is not kept again while this tab is open.
  function remember(note) {
    const address = note.dataset.rememberAttempt;
    try {
      if (sessionStorage.getItem(FORGOTTEN) === address) return;
      localStorage.setItem(NAME, JSON.stringify({ address, until: note.dataset.until, owned: "owned" in note.dataset }));
    } catch {
      return;
    }
    note.hidden = false;
    note.querySelector("[data-forget]").addEventListener("click", () => {
      forget();
      try { sessionStorage.setItem(FORGOTTEN, address); } catch {}
      note.hidden = true;
    });
  }

  function offer(box) {
    const kept = stored();
    if (!kept) return;
    box.querySelector("a").href = kept.address;
    box.hidden = false;
    box.querySelector("[data-forget]").addEventListener("click", () => {
      forget();
      box.hidden = true;
    });
  }

  document.querySelectorAll("[data-remember-attempt]").forEach(remember);
  if (document.querySelector("[data-forget-attempt]")) forget(location.pathname.replace(/(result|delete)\/$/, ""));
  document.querySelectorAll("[data-resume]").forEach(offer);
  // Back from the browser's cache, the answers may have been sent or deleted meanwhile.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && !stored()) document.querySelectorAll("[data-resume]").forEach((box) => { box.hidden = true; });
  });
})();
