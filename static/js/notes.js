// Keeps a note as a draft while it is typed. The text stays in the page and on the server, nowhere
// else: nothing is put into the browser's own storage. If another window has changed the draft, the
// server keeps this text as a separate draft (409), which the page then goes on with.
(() => {
  "use strict";
  const PAUSE = 1500, AGAIN = 8000;
  for (const status of document.querySelectorAll("[data-draft]")) {
    const form = status.closest("form");
    let timer, kept = form.elements.text.value, busy = false;
    const later = (wait) => { clearTimeout(timer); timer = setTimeout(keep, wait); };
    async function keep() {
      const text = form.elements.text.value;
      if (busy || text === kept || !text.trim()) return;
      busy = true;
      try {
        const body = new FormData(form);
        const answer = await fetch(status.dataset.draft, { method: "POST", body, redirect: "error" });
        if (!answer.ok && answer.status !== 409) throw new Error(String(answer.status));
        const told = await answer.json();
        form.elements.key.value = told.key;
        form.elements.seen.value = told.seen;
        kept = text;
        status.textContent = told.told;
        if (form.elements.text.value !== kept) later(PAUSE);
      } catch {
        status.textContent = status.dataset.failed;
        later(AGAIN);
      } finally {
        busy = false;
      }
    }
    form.addEventListener("input", () => later(PAUSE));
    form.addEventListener("submit", () => clearTimeout(timer));
    addEventListener("online", () => later(0));
  }
})();
