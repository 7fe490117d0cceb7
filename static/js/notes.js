// Saves a note as a draft on the server while it is typed. What is not saved yet is kept by keep.js,
// which hears of every save by the event "saved". If another window has changed the draft, the server
// saves this text as a separate draft (409), with which the page continues.
(() => {
  "use strict";
  const PAUSE = 1500, RETRY = 8000;
  for (const status of document.querySelectorAll("[data-draft]")) {
    const form = status.closest("form");
    // As the server sent it: keep.js, or the browser, may have put something else back already.
    let timer, saved = form.elements.text.defaultValue, busy = false;
    // A draft belongs to another session or day as soon as one is chosen.
    const about = () => [form.elements.session.value, form.elements.about.value].join();
    let savedAbout = about();
    const later = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };
    async function save() {
      const text = form.elements.text.value, day = about();
      if (busy || (text === saved && day === savedAbout) || !text.trim()) return;
      busy = true;
      try {
        const body = new FormData(form);
        const answer = await fetch(status.dataset.draft, { method: "POST", body, redirect: "error" });
        if (!answer.ok && answer.status !== 409) throw new Error(String(answer.status));
        const reply = await answer.json();
        form.elements.key.value = reply.key;
        form.elements.seen.value = reply.seen;
        [saved, savedAbout] = [text, day];
        status.textContent = reply.message;
        if (form.elements.text.value === saved) form.dispatchEvent(new Event("saved"));
        else later(PAUSE);
      } catch {
        status.textContent = status.dataset.failed;
        later(RETRY);
      } finally {
        busy = false;
      }
    }
    form.addEventListener("input", () => later(PAUSE));
    form.addEventListener("submit", () => clearTimeout(timer));
    addEventListener("online", () => later(0));
    later(PAUSE);
  }
})();
