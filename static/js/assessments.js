// Makes an attempt's pages nicer: each answer is saved as it is given, and waits on the page while
// there is no connection. Without this script each page is saved as it is left.
(() => {
  "use strict";

  const RETRY_FIRST = 2000;
  const RETRY_LONGEST = 30000;
  // On a bad line a request can hang for minutes; then it is better asked again.
  const LONGEST_WAIT = 15000;

  // What waits survives a reload of this tab, and nothing else: it goes as soon as it is saved.
  function shelf(name) {
    try {
      const kept = new Map(JSON.parse(sessionStorage.getItem(name) || "[]"));
      return [kept, (waiting) => {
        if (waiting.size) sessionStorage.setItem(name, JSON.stringify([...waiting]));
        else sessionStorage.removeItem(name);
      }];
    } catch {
      return [new Map(), () => {}];
    }
  }

  function autosave(form) {
    const status = document.querySelector("[data-status]");
    const left = document.querySelector("[data-left]");
    const bar = document.querySelector(".way progress");
    const note = form.querySelector("[data-offline-note]");
    // Field name -> [value, sequence]: the newest choice for each item that the server lacks.
    const [waiting, store] = shelf(form.action);
    // Every choice gets the next number, so that one which arrives late never replaces a later one.
    let sequence = Number(form.dataset.sequence);
    let sending = false;
    let going = "";
    let pause = RETRY_FIRST;
    let timer = 0;

    const say = (text) => { if (status) status.textContent = text; };

    function tellOffline(away) {
      note.hidden = !away;
      note.textContent = away ? form.dataset.offline + (going ? ` ${form.dataset.going}` : "") : "";
    }

    function show(reply) {
      if (bar) bar.value = reply.done;
      if (left) left.textContent = reply.left;
      sequence = Math.max(sequence, reply.sequence);
      pause = RETRY_FIRST;
      tellOffline(false);
      say(form.dataset.saved);
    }

    function body(batch) {
      const fields = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value, page: form.elements.page.value });
      if (going) fields.set("go", going);
      for (const [name, [value, number]] of batch) {
        fields.set(name, value);
        fields.set(name.replace("item_", "sequence_"), number);
      }
      return fields;
    }

    async function post(batch) {
      const response = await fetch(form.action, { method: "POST", body: body(batch), headers: { Accept: "application/json" }, credentials: "same-origin", signal: AbortSignal.timeout?.(LONGEST_WAIT) });
      // Too often, or not from us at all: the answers wait, and are sent again later.
      if (response.status === 429 || !(response.headers.get("Content-Type") || "").startsWith("application/json")) throw new Error("not ours");
      return [response.ok, await response.json()];
    }

    async function send() {
      if (sending || (waiting.size === 0 && !going)) return;
      clearTimeout(timer);
      sending = true;
      const batch = new Map(waiting);
      try {
        const [fine, reply] = await post(batch);
        forget(batch);
        if (fine) show(reply);
        else refuse(reply);
        if (fine && going && waiting.size === 0) { location.assign(reply.next); return; }
      } catch {
        wait();
        return;
      } finally {
        sending = false;
      }
      send();
    }

    // An answer that changed while it was on its way is still waiting.
    function forget(batch) {
      for (const [name, [, number]] of batch) if (waiting.get(name)?.[1] === number) waiting.delete(name);
      store(waiting);
    }

    function refuse(reply) {
      going = "";
      tellOffline(false);
      say(reply.error);
    }

    function wait() {
      say(form.dataset.waiting);
      tellOffline(true);
      clearTimeout(timer);
      timer = setTimeout(send, pause);
      pause = Math.min(pause * 2, RETRY_LONGEST);
    }

    function keep(field) {
      if (!field.name.startsWith("item_") || field.value === "") return;
      sequence += 1;
      waiting.set(field.name, [field.value, sequence]);
      store(waiting);
      say(form.dataset.saving);
      send();
    }

    // What waited when the page was left comes back to its place.
    function restore() {
      for (const [name, [value, number]] of waiting) {
        sequence = Math.max(sequence, number);
        const fields = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
        for (const field of fields) {
          if (field.type === "radio") field.checked = field.value === value;
          else field.value = value;
        }
      }
      if (waiting.size) send();
    }

    form.addEventListener("change", (event) => keep(event.target));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      going = event.submitter?.value || "on";
      send();
    });
    window.addEventListener("online", send);
    // Back on this page by the browser's own button: nobody has asked to go on yet.
    window.addEventListener("pageshow", (event) => { if (event.persisted) going = ""; });
    window.addEventListener("beforeunload", (event) => { if (waiting.size) event.preventDefault(); });
    restore();
    // Chosen while this script was on its way, or brought back by the browser.
    for (const field of form.querySelectorAll("input:checked")) {
      if (!field.defaultChecked && !waiting.has(field.name)) keep(field);
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
