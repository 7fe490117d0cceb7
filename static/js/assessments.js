// Makes an attempt's pages nicer: each answer is saved as it is given. Without this script each
// page is saved as it is left.
(() => {
  "use strict";

  const RETRY_FIRST = 2000;
  const RETRY_LONGEST = 30000;

  // Answers wait here, the newest one for each item, until the server has them.
  function autosave(form) {
    const waiting = new Map();
    const status = document.querySelector("[data-status]");
    const left = document.querySelector("[data-left]");
    const bar = document.querySelector(".way progress");
    let sending = false;
    let pause = RETRY_FIRST;
    let timer = 0;

    const say = (text) => { if (status) status.textContent = text; };

    function show(reply) {
      if (bar) bar.value = reply.answered;
      if (left) left.textContent = reply.left;
      say(form.dataset.saved);
    }

    async function send() {
      if (sending || waiting.size === 0) return;
      clearTimeout(timer);
      sending = true;
      const batch = new Map(waiting);
      const body = new URLSearchParams([...batch, ["csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value]]);
      let again = false;
      try {
        const response = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin" });
        const json = (response.headers.get("Content-Type") || "").startsWith("application/json");
        if (response.ok && json) {
          forget(batch);
          show(await response.json());
          pause = RETRY_FIRST;
        } else if (json) {
          forget(batch);
          say((await response.json()).error);
        } else {
          again = true;
        }
      } catch {
        again = true;
      }
      sending = false;
      if (again) wait();
      else send();
    }

    // An answer that changed while it was on its way is still waiting.
    function forget(batch) {
      for (const [name, value] of batch) if (waiting.get(name) === value) waiting.delete(name);
    }

    function wait() {
      say(form.dataset.waiting);
      timer = setTimeout(send, pause);
      pause = Math.min(pause * 2, RETRY_LONGEST);
    }

    function keep(field) {
      if (!field.name.startsWith("item_") || field.value === "") return;
      waiting.set(field.name, field.value);
      say(form.dataset.saving);
      send();
    }

    form.addEventListener("change", (event) => keep(event.target));
    window.addEventListener("online", send);
    // Chosen while this script was on its way, or brought back by the browser.
    for (const field of form.querySelectorAll("input:checked")) {
      if (!field.defaultChecked) keep(field);
    }
  }

  function copying(button) {
    const source = button.parentElement.querySelector("[data-copy-from]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      source.select();
      try {
        await navigator.clipboard.writeText(source.value);
      } catch {
        document.execCommand("copy"); // Pages served without TLS have no clipboard object.
      }
      button.textContent = button.dataset.done;
    });
  }

  document.querySelectorAll("form[data-autosave]").forEach(autosave);
  document.querySelectorAll("[data-copy]").forEach(copying);
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      document.querySelectorAll("details").forEach((details) => { details.open = true; });
      window.print();
    });
  });
})();
