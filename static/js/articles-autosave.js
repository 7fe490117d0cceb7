// Stores what an editor types before they save it, says who is editing the article too, and shows how
// title and excerpt will look elsewhere. Without it, saving and the preview button still work.
(() => {
  "use strict";
  const PAUSE = 1500, WATCH = 3000, PATIENCE = 1000;

  // A form keeps its words under a key, which its tab holds while it is open. In a duplicated tab the
  // key is taken, and the words get another one: no tab writes over those of another.
  function ownKey(field) {
    if (!field || !navigator.locks) return undefined;
    const signal = AbortSignal.timeout(PATIENCE);
    return new Promise((resolve) => {
      const held = () => { resolve(); return new Promise(() => {}); };
      navigator.locks.request(`draft:${field.value}`, { signal }, held).catch(() => {
        const bytes = crypto.getRandomValues(new Uint8Array(8));
        field.value = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
        resolve();
      });
    });
  }
  const start = () => {
    const status = document.querySelector("[data-autosave]");
    const form = status?.closest("form");
    if (!form) return;
    const others = document.getElementById("others");
    let timer, saved = text(form);
    const ready = ownKey(form.elements.draft);

    function text(of) {
      const data = new FormData(of);
      for (const name of ["csrfmiddlewaretoken", "draft", "_save"]) data.delete(name);
      return new URLSearchParams(data).toString();
    }
    const save = async () => {
      const now = text(form);
      if (now === saved) return;
      try {
        await ready;
        const body = new FormData(form);
        const answer = await fetch(status.dataset.autosave, { method: "POST", body, redirect: "error" });
        if (!answer.ok) throw new Error(String(answer.status));
        const reply = await answer.json();
        saved = now;
        status.textContent = reply.saved;
        if (others && reply.others) { others.hidden = false; others.textContent = reply.others; }
      } catch {
        status.textContent = status.dataset.failed || "";
      }
    };
    const soon = () => { clearTimeout(timer); timer = setTimeout(save, PAUSE); showPreviews(); };
    const cut = (words, longest) => (longest && words.length > longest ? words.slice(0, longest - 1).trimEnd() + "…" : words);
    const showPreviews = () => {
      for (const part of document.querySelectorAll("[data-preview]")) {
        const field = form.elements[part.dataset.preview];
        if (field) part.textContent = cut(field.value.trim(), Number(part.dataset.longest));
      }
    };
    // How much of a field's length is used.
    for (const field of form.querySelectorAll("[data-counted]")) {
      const counter = document.createElement("span");
      const count = () => { counter.textContent = `${field.value.length} / ${field.maxLength}`; };
      counter.className = "counter";
      field.before(counter);
      field.addEventListener("input", count);
      count();
    }
    // A title is one line; its field only wraps it.
    form.elements.title?.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    form.addEventListener("input", soon);
    form.addEventListener("change", soon);
    form.addEventListener("submit", () => clearTimeout(timer));
    // The text editor writes into its hidden field without an event of its own.
    setInterval(() => { if (text(form) !== saved) soon(); }, WATCH);
    showPreviews();

    // From a finding to its place: the field, or the heading, picture or link within the text.
    document.querySelector(".checks")?.addEventListener("click", (event) => {
      const link = event.target.closest("[data-place]");
      const row = link && document.querySelector(`.field-${link.dataset.place}`);
      if (!row) return;
      event.preventDefault();
      for (let fold = row.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
      const [what, number] = (link.dataset.within || "").split(" ");
      const place = what ? row.querySelectorAll(`.ProseMirror :is(${what})`)[Number(number)] : null;
      (place || row).scrollIntoView({ block: "center" });
      (row.querySelector("[contenteditable=true]") || row.querySelector("input, textarea"))?.focus({ preventScroll: true });
    });
  };
  if (document.readyState === "complete") start();
  else addEventListener("load", start);
})();
