// Keeps what is typed in every form with a <textarea> in this browser, encrypted, until the server has
// accepted it, and puts it back when the form is opened again (docs/decisions/0028). site.js loads it.
// `data-keep="off"` leaves out what is inside.
(() => {
  "use strict";
  const PREFIX = "keep:", TAB_KEY = "keep-key";
  const LASTS = 14 * 24 * 60 * 60 * 1000, LONGEST = 250_000, PATIENCE = 8000;
  // How many tabs with one form keep their words apart, and how long a reloaded one waits for its place.
  const PLACES = 6, TURN = 600;
  const TYPED = /^(textarea|text|search|tel|url|email|number|date|time|datetime-local|radio|checkbox|select-(one|multiple))$/;
  const script = document.currentScript.src;
  const markup = document.getElementById("keep");
  const stores = [localStorage, sessionStorage];
  const kept = (store) => Object.keys(store).filter((name) => name.startsWith(PREFIX));
  const encode = (text) => new TextEncoder().encode(text);
  const toText = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  const toBytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

  // A name is keep:OWNER:FORM, and its value TIME.CIPHERTEXT; words of another version of the form have
  // their time in the name, too. The server names what it has accepted as FORM~TIME: what was typed
  // after that stays.
  function tidy(owner) {
    const [, cookie, value = ""] = /(?:^|; )((?:__Host-)?kept)=([^;]*)/.exec(document.cookie) || [];
    if (cookie) document.cookie = `${cookie}=; Max-Age=0; Path=/${cookie.startsWith("__") ? "; Secure" : ""}`;
    if (value === "all") stores.forEach((store) => store.clear());
    const accepted = new Map(value.split(".").map((one) => one.split("~")));
    for (const store of stores) {
      for (const name of kept(store)) {
        const [, whose, form, aside] = name.split(":");
        const at = parseInt(store.getItem(name), 10);
        const old = !(at > Date.now() - LASTS);
        const sent = !aside && at <= accepted.get(form);
        if (old || sent || (owner && whose !== owner)) store.removeItem(name);
      }
    }
    if (!kept(sessionStorage).length) sessionStorage.removeItem(TAB_KEY);
  }

  // A signed-in person's key comes with the page, and is the same after the next sign-in. A visitor's
  // key is made here and ends with the tab.
  async function box() {
    let secret = markup.dataset.key;
    const own = Boolean(secret);
    markup.removeAttribute("data-key");
    if (!own) secret = sessionStorage.getItem(TAB_KEY) || toText(crypto.getRandomValues(new Uint8Array(32)));
    const key = await crypto.subtle.importKey("raw", toBytes(secret), "AES-GCM", false, ["encrypt", "decrypt"]);
    const hash = async (text) => {
      const digest = await crypto.subtle.digest("SHA-256", encode(secret + text));
      return toText(new Uint8Array(digest)).slice(0, 22).replaceAll("+", "-").replaceAll("/", "_");
    };
    const cipher = (iv, form) => ({ name: "AES-GCM", iv, additionalData: encode(form) });
    return {
      own, hash, owner: await hash("owner"), store: own ? localStorage : sessionStorage,
      async seal(form, value) {
        const iv = crypto.getRandomValues(new Uint8Array(12));
        const sealed = await crypto.subtle.encrypt(cipher(iv, form), key, encode(JSON.stringify(value)));
        if (!own) sessionStorage.setItem(TAB_KEY, secret);
        return toText(iv) + toText(new Uint8Array(sealed));
      },
      async open(form, text) {
        const plain = await crypto.subtle.decrypt(cipher(toBytes(text.slice(0, 16)), form), key, toBytes(text.slice(16)));
        return JSON.parse(new TextDecoder().decode(plain));
      },
    };
  }

  // The fields of a form by name and number. Secrets, files and hidden fields are not among them, nor
  // a box that must be ticked: a consent is given again.
  function fieldsOf(form) {
    const fields = new Map(), counts = {};
    for (const field of form.elements) {
      const consent = field.type === "checkbox" && field.required;
      if (!field.name || !TYPED.test(field.type) || consent || field.closest("[data-keep=off]")) continue;
      counts[field.name] = (counts[field.name] || 0) + 1;
      fields.set(`${field.name} ${counts[field.name]}`, field);
    }
    return fields;
  }

  const ticked = (field) => /^(radio|checkbox)$/.test(field.type);

  // What a field holds now, or held as the server sent it.
  function valueOf(field, served) {
    if (ticked(field)) return served ? field.defaultChecked : field.checked;
    if (!field.options) return served ? field.defaultValue : field.value;
    const chosen = [...field.options].filter((option) => (served ? option.defaultSelected : option.selected));
    if (!chosen.length && !field.multiple) chosen.push(...[...field.options].slice(0, 1));
    return chosen.map((option) => option.value).join("\n");
  }

  function put(field, value = "") {
    if (ticked(field)) field.checked = Boolean(value);
    else if (field.multiple && field.options) for (const option of field.options) option.selected = value.split("\n").includes(option.value);
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  const read = (form, served = false) =>
    Object.fromEntries([...fieldsOf(form)].map(([name, field]) => [name, valueOf(field, served)]));
  const when = (at) =>
    new Intl.DateTimeFormat(document.documentElement.lang, {
      day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hour12: false,
    }).format(at);

  // A message of the page's own markup, with its time and what its buttons do.
  function message(kind, at, buttons = {}) {
    const part = markup.content.querySelector(`[data-keep-message=${kind}]`).cloneNode(true);
    for (const time of part.querySelectorAll("[data-keep-time]")) time.textContent = when(at);
    for (const [name, act] of Object.entries(buttons)) {
      part.querySelector(`[data-keep-button=${name}]`).addEventListener("click", () => { part.remove(); act(); });
    }
    return part;
  }

  // Takes a lock until this page is left; false if another tab has it.
  const taken = (name) => new Promise((resolve) => {
    const held = () => { resolve(true); return new Promise(() => {}); };
    navigator.locks.request(name, { signal: AbortSignal.timeout(TURN) }, held).catch(() => resolve(false));
  });

  // The first place that no other open tab has. A visitor's words are in their own tab anyway.
  async function placeOf(name, safe) {
    if (!safe.own || !navigator.locks) return 0;
    for (let place = 0; place < PLACES - 1; place += 1) if (await taken(`${name}/${place}`)) return place;
    return PLACES - 1;
  }

  async function keepForm(form, number, safe) {
    const action = new URL(form.getAttribute("action") || location.href, location.href);
    const first = form.querySelector("textarea").name;
    const where = `${action.pathname}${action.search} ${form.id} ${first} ${number}`;
    const idAt = (place) => safe.hash(place ? `${where} tab ${place}` : where);
    const common = `${PREFIX}${safe.owner}:${await idAt(0)}`;
    const place = await placeOf(common, safe);
    const id = await idAt(place);
    const name = `${PREFIX}${safe.owner}:${id}`;
    const seenNow = () => form.elements.seen?.value || "";
    const status = message("kept");
    // A note has a line of its own, which says where it is saved.
    if (!form.querySelector("[data-draft]")) form.append(status);
    let start = read(form, true), seen = seenNow(), busy = null, again = false, paused = false;

    const forget = () => { safe.store.removeItem(name); status.hidden = true; };

    async function saveOnce() {
      const changed = Object.entries(read(form)).filter(([key, value]) => value !== start[key]);
      if (!changed.length) return forget();
      const fields = Object.fromEntries(changed.map(([key, value]) => [key, [start[key], value]]));
      const sealed = await safe.seal(id, { seen, fields });
      status.hidden = true;
      if (sealed.length > LONGEST) return;
      try {
        safe.store.setItem(name, `${Date.now()}.${sealed}`);
        status.hidden = false;
      } catch { /* The store is full, and nothing claims that the words are kept. */ }
    }
    // One at a time; what is typed meanwhile is saved right after.
    function save() {
      again = true;
      busy ??= (async () => {
        try {
          while (again) { again = false; await saveOnce(); }
        } finally { busy = null; }
      })();
      return busy;
    }

    // Puts back what was typed, or what was there before.
    function fill(fields, which = 1) {
      paused = true;
      for (const [key, field] of fieldsOf(form)) if (key in fields && valueOf(field) !== fields[key][which]) put(field, fields[key][which]);
      paused = false;
      for (let fold = form.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    }
    const opened = (text) => safe.open(id, text.slice(text.indexOf(".") + 1));

    // Words that were typed into another version of the form are shown, and never put into this one
    // without being asked.
    async function showBeside(stored) {
      const text = safe.store.getItem(stored), now = read(form);
      const { fields, tab } = await opened(text);
      const drop = () => safe.store.removeItem(stored);
      const use = () => { fill(fields); drop(); save(); };
      const part = message(tab ? "tab" : "beside", parseInt(text, 10), { use, discard: drop });
      const words = part.querySelector("[data-keep-words]");
      for (const [key, [, value]] of Object.entries(fields)) {
        if (typeof value !== "string" || !value.trim() || now[key] === value) continue;
        words.append(Object.assign(words.firstElementChild.cloneNode(), { textContent: value, hidden: false }));
      }
      form.prepend(part);
    }

    async function restore() {
      const text = safe.store.getItem(name);
      if (!text) return;
      const at = parseInt(text, 10), entry = await opened(text), now = read(form);
      const every = (test) => Object.entries(entry.fields).every(test);
      if (every(([key, [, value]]) => (key in now ? now[key] === value : !value))) {
        // The server shows what it has refused, or holds it already.
        for (const [key, [before]] of Object.entries(entry.fields)) start[key] = before;
        seen = entry.seen;
      } else if (entry.seen === seen && every(([key, [before]]) => start[key] === before && now[key] === before)) {
        const discard = () => { fill(entry.fields, 0); forget(); form.querySelector("textarea").focus(); };
        fill(entry.fields);
        form.prepend(message("restored", at, { discard }));
        status.hidden = false;
      } else {
        safe.store.setItem(`${name}:${at}`, text);
        safe.store.removeItem(name);
      }
    }

    // Words of a tab that was closed before they were sent become this form's, and are shown beside it.
    async function adopt() {
      if (!safe.own || !navigator.locks) return;
      const { held } = await navigator.locks.query();
      for (let other = 0; other < PLACES; other += 1) {
        if (other === place || held.some((lock) => lock.name === `${common}/${other}`)) continue;
        const otherId = await idAt(other), theirs = `${PREFIX}${safe.owner}:${otherId}`;
        for (const stored of kept(safe.store).filter((one) => one === theirs || one.startsWith(`${theirs}:`))) {
          const text = safe.store.getItem(stored), at = parseInt(text, 10);
          const entry = await safe.open(otherId, text.slice(text.indexOf(".") + 1));
          safe.store.setItem(`${name}:${at}`, `${at}.${await safe.seal(id, { ...entry, tab: true })}`);
          safe.store.removeItem(stored);
        }
      }
    }

    // Something that can't be decrypted stays until it is too old.
    await restore().catch(() => {});
    await adopt().catch(() => {});
    for (const stored of kept(safe.store)) if (stored.startsWith(`${name}:`)) await showBeside(stored).catch(() => {});
    const changed = () => { if (!paused) save(); };
    form.addEventListener("input", changed);
    form.addEventListener("change", changed);
    // Typed before this script ran. On the way back the browser itself fills in what was sent.
    const back = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
    if (!back && !safe.store.getItem(name) && Object.entries(read(form)).some(([key, value]) => value !== start[key])) save();
    // Another script has saved the form on the server.
    form.addEventListener("saved", () => { start = read(form); seen = seenNow(); save(); });
    return async () => {
      await busy;
      const at = parseInt(safe.store.getItem(name), 10);
      form.querySelector("[name=kept]")?.remove();
      if (at) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "kept", value: `${id}~${at}` }));
    };
  }

  async function reachable() {
    if (!navigator.onLine) return false;
    try {
      await fetch(script, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout?.(PATIENCE) });
      return true;
    } catch {
      return false;
    }
  }

  // Sends only if the server can be reached: otherwise the page would give way to the browser's own
  // error page. `mark` adds which words are being sent.
  function guard(form, mark) {
    const cut = form.appendChild(message("cut"));
    let asking = false, passed = false;
    form.addEventListener("submit", async (event) => {
      if (passed || event.defaultPrevented) return;
      event.preventDefault();
      if (asking) return;
      asking = true;
      cut.hidden = true;
      const { submitter } = event;
      const [yes] = await Promise.all([reachable(), mark?.()]);
      asking = false;
      cut.hidden = yes;
      if (!yes) return;
      passed = true;
      form.requestSubmit(submitter);
      passed = false;
    });
  }

  async function start() {
    const safe = markup && window.crypto?.subtle ? await box() : null;
    tidy(safe?.own ? safe.owner : "");
    if (!markup) return;
    const seen = {};
    for (const form of document.querySelectorAll("main form[method=post]")) {
      const first = form.querySelector("textarea");
      // An article is saved on the server while it is typed.
      if (!first || form.closest("[data-keep=off]") || form.querySelector("[data-autosave]")) continue;
      const same = `${form.getAttribute("action")} ${form.id} ${first.name}`;
      seen[same] = (seen[same] || 0) + 1;
      guard(form, safe && (await keepForm(form, seen[same], safe)));
    }
  }
  start();
})();
