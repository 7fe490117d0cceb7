// Saves each answer as it is given; while there is no connection, answers wait on the page. Without
// this script, each page is saved when its form is sent.
(() => {
  "use strict";

  const RETRY_FIRST = 2000;
  const RETRY_LONGEST = 30000;
  // On a bad connection a request can hang for minutes; it is then better to send it again.
  const TIMEOUT = 15000;

  // Waiting answers survive a reload of this tab only, and are removed once they are saved. Returns
  // the stored answers and a function that stores them.
  function tabStorage(name) {
    try {
      const stored = new Map(JSON.parse(sessionStorage.getItem(name) || "[]"));
      return [stored, (waiting) => {
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
    const bar = document.querySelector(".attempt-progress progress");
    const note = form.querySelector("[data-offline-note]");
    // Field name -> [value, sequence]: the latest choice for each item that is not yet saved.
    const [waiting, store] = tabStorage(form.action);
    // Every choice gets the next number, so that one that arrives late never replaces a later one.
    let sequence = Number(form.dataset.sequence);
    let sending = false;
    let going = "";
    let pause = RETRY_FIRST;
    let timer = 0;

    const showStatus = (text) => { if (status) status.textContent = text; };

    function showOffline(away) {
      note.hidden = !away;
      note.textContent = away ? form.dataset.offline + (going ? ` ${form.dataset.going}` : "") : "";
    }

    function show(reply) {
      if (bar) bar.value = reply.done;
      if (left) left.textContent = reply.left;
      sequence = Math.max(sequence, reply.sequence);
      pause = RETRY_FIRST;
      showOffline(false);
      showStatus(form.dataset.saved);
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
      const response = await fetch(form.action, { method: "POST", body: body(batch), headers: { Accept: "application/json" }, credentials: "same-origin", signal: AbortSignal.timeout?.(TIMEOUT) });
      // Over the rate limit, or not an answer of this site: the answers wait and are sent again later.
      if (response.status === 429 || !(response.headers.get("Content-Type") || "").startsWith("application/json")) throw new Error("no JSON");
      return [response.ok, await response.json()];
    }

    async function send() {
      if (sending || (waiting.size === 0 && !going)) return;
      clearTimeout(timer);
      sending = true;
      const batch = new Map(waiting);
      try {
        const [ok, reply] = await post(batch);
        forget(batch);
        if (ok) show(reply);
        else refuse(reply);
        if (ok && going && waiting.size === 0) { location.assign(reply.next); return; }
      } catch {
        wait();
        return;
      } finally {
        sending = false;
      }
      send();
    }

    // An answer that changed while it was being sent is still waiting.
    function forget(batch) {
      for (const [name, [, number]] of batch) if (waiting.get(name)?.[1] === number) waiting.delete(name);
      store(waiting);
    }

    function refuse(reply) {
      going = "";
      showOffline(false);
      showStatus(reply.error);
    }

    function wait() {
      showStatus(form.dataset.waiting);
      showOffline(true);
      clearTimeout(timer);
      timer = setTimeout(send, pause);
      pause = Math.min(pause * 2, RETRY_LONGEST);
    }

    function queue(field) {
      if (!field.name.startsWith("item_") || field.value === "") return;
      sequence += 1;
      waiting.set(field.name, [field.value, sequence]);
      store(waiting);
      showStatus(form.dataset.saving);
      send();
    }

    // Puts answers that were waiting when the page was left back into the form.
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

    form.addEventListener("change", (event) => queue(event.target));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      going = event.submitter?.value || "on";
      send();
    });
    window.addEventListener("online", send);
    // Restored from the browser's back/forward cache: no button has been pressed yet.
    window.addEventListener("pageshow", (event) => { if (event.persisted) going = ""; });
    window.addEventListener("beforeunload", (event) => { if (waiting.size) event.preventDefault(); });
    restore();
    // Options chosen while this script was loading, or restored by the browser.
    for (const field of form.querySelectorAll("input:checked")) {
      if (!field.defaultChecked && !waiting.has(field.name)) queue(field);
    }
  }

  function enableCopy(button) {
    const source = button.parentElement.querySelector("[data-copy-from]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      source.select();
      try {
        await navigator.clipboard.writeText(source.value);
      } catch {
        document.execCommand("copy"); // Pages served without TLS have no clipboard object.
      }
      button.querySelector("span").textContent = button.dataset.done;
    });
  }

  // The phone's own sheet. The address alone: a title would tell whoever gets it what this is.
  function enableShare(button) {
    if (!navigator.share) return;
    const source = button.parentElement.querySelector("[data-copy-from]");
    button.hidden = false;
    // It fails if the sheet is closed again.
    button.addEventListener("click", () => navigator.share({ url: source.value }).catch(() => {}));
  }

  document.querySelectorAll("form[data-autosave]").forEach(autosave);
  document.querySelectorAll("[data-copy]").forEach(enableCopy);
  document.querySelectorAll("[data-share]").forEach(enableShare);
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      document.querySelectorAll("details").forEach((details) => { details.open = true; });
      window.print();
    });
  });
})();
