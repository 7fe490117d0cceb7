// Public pages are the same for everyone; this only changes a label for those who are signed in.
(() => {
  "use strict";
  const links = document.querySelectorAll("[data-signed-in]");
  if (/(^|; )(__Host-)?signed_in=1/.test(document.cookie)) links.forEach((link) => (link.textContent = link.dataset.signedIn));
  else forgetOwned();
  // An account's attempt is not offered on this device after its owner has signed out
  // (attempt-address.js).
  function forgetOwned() {
    try {
      if (JSON.parse(localStorage.getItem("attempt"))?.owned) localStorage.removeItem("attempt");
    } catch {}
  }
})();
// What people write in longer forms is kept in this browser until it is sent. The script for that is
// loaded where there is such a form, something kept, or something that was sent. A visitor who only
// reads the form does not need it.
(() => {
  "use strict";
  const { keep } = document.currentScript.dataset;
  let loaded = false;
  const load = () => {
    if (!loaded) document.head.append(Object.assign(document.createElement("script"), { src: keep }));
    loaded = true;
  };
  const isKept = () => [localStorage, sessionStorage].some((store) => Object.keys(store).some((name) => name.startsWith("keep")));
  try {
    const forms = [...document.querySelectorAll("main form[method=post]:has(textarea)")];
    const own = document.querySelector("#keep")?.dataset.key;
    if (isKept() || /(^|; )(__Host-)?kept=/.test(document.cookie) || (forms.length && own) || forms.some((form) => form.matches(":focus-within"))) load();
    else forms.forEach((form) => form.addEventListener("focusin", load, { once: true }));
  } catch { /* The person allows this site no storage. */ }
})();
// What is wrong with a form, or a message in a section of the page, gets the focus, so that screen readers read it out.
// In an address with a section, `autofocus` alone has no effect.
addEventListener("load", () => document.querySelector(".error-summary, [data-said]:has(.notice)")?.focus());
// The menu and the help lines in the head close with Escape, and once the reader goes on elsewhere. Without this, a press on
// their button closes them.
(() => {
  "use strict";
  const opened = () => document.querySelector(".head details[open]");
  addEventListener("keydown", (event) => {
    const panel = event.key === "Escape" && opened();
    if (!panel) return;
    panel.open = false;
    panel.querySelector("summary").focus();
  });
  for (const moved of ["focusin", "pointerdown"]) {
    addEventListener(moved, (event) => {
      const panel = opened();
      if (panel && !panel.contains(event.target)) panel.open = false;
    });
  }
})();
// Who has looked for help finds the lines again without a connection: a worker keeps that one page.
(() => {
  "use strict";
  const panel = document.querySelector("[data-offline-help]");
  if (!panel || !navigator.serviceWorker) return;
  const keep = () => navigator.serviceWorker.register(panel.dataset.offlineHelp).catch(() => {});
  panel.addEventListener("toggle", () => panel.open && keep());
  if (document.querySelector(".help-situation, .call-now")) addEventListener("load", keep);
})();
// Counts that an article was read, or that a search found nothing: the page's address or the words, and nothing about who.
// People who are signed in are not counted, nor those who ask not to be.
(() => {
  "use strict";
  const page = document.querySelector("[data-seen], [data-missed]");
  const unasked = navigator.doNotTrack === "1" || navigator.globalPrivacyControl || navigator.webdriver;
  if (!page || unasked || /(^|; )(__Host-)?signed_in=1/.test(document.cookie)) return;
  const { seen, missed, words } = page.dataset;
  const send = () => navigator.sendBeacon(seen || missed, new URLSearchParams(missed ? { q: words } : {}));
  // Whoever leaves at once has not read.
  setTimeout(() => document.visibilityState === "visible" && send(), seen ? 5000 : 500);
})();
// Marks in an article's table of contents where the reader is. Without it, the list still works.
(() => {
  "use strict";
  const links = new Map(
    [...document.querySelectorAll(".contents-side a")].map((link) => [link.hash.slice(1), link]),
  );
  const headings = [...document.querySelectorAll(".reading-text > h2[id]")];
  if (!links.size || !headings.length) return;
  // A list that is higher than the window follows by itself; the page never moves.
  const list = document.querySelector(".contents-side nav");
  const seen = (link) => {
    const outside = link.offsetTop < list.scrollTop || link.offsetTop + link.offsetHeight > list.scrollTop + list.clientHeight;
    if (outside) list.scrollTop = link.offsetTop - list.clientHeight / 2;
  };
  const mark = () => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
    const here = passed.at(-1)?.id;
    for (const [id, link] of links) {
      const linked = decodeURIComponent(id) === here;
      link.parentElement.classList.toggle("here", linked);
      if (linked) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
      if (linked) seen(link);
    }
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; mark(); });
  }, { passive: true });
  mark();
})();
// On a phone the tabs are wider than the screen: the current one is in sight.
document.querySelectorAll(".tabs [aria-current]").forEach((tab) => {
  tab.parentElement.scrollLeft = tab.offsetLeft - (tab.parentElement.clientWidth - tab.offsetWidth) / 2;
});
// Passkeys: asks the browser for one and sends it with the form. Without this script, or in a browser
// without passkeys, the buttons stay hidden and people use the other ways.
(() => {
  "use strict";
  const forms = document.querySelectorAll("form[data-passkey]");
  if (!forms.length || !window.PublicKeyCredential) return;
  const readers = { get: "parseRequestOptionsFromJSON", create: "parseCreationOptionsFromJSON" };
  async function options(form) {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const response = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    return (await response.json()).request_options;
  }
  async function ask(form) {
    const kind = form.dataset.passkey;
    const asked = await options(form);
    if (window.webauthnJSON) return window.webauthnJSON[kind](asked);
    const publicKey = PublicKeyCredential[readers[kind]](asked.publicKey);
    return (await navigator.credentials[kind]({ ...asked, publicKey })).toJSON();
  }
  function show() {
    for (const form of forms) {
      const failed = form.querySelector("[data-passkey-failed]");
      form.closest("[data-passkey-way]").hidden = false;
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        failed.hidden = true;
        try {
          form.elements.credential.value = JSON.stringify(await ask(form));
          form.submit();
        } catch {
          failed.hidden = false;
        }
      });
    }
    for (const hint of document.querySelectorAll("[data-passkey-none]")) hint.hidden = true;
  }
  if (PublicKeyCredential.parseRequestOptionsFromJSON) return show();
  // Browsers from before 2025 need a library that reads the server's options.
  const library = document.createElement("script");
  library.src = forms[0].dataset.library;
  library.addEventListener("load", show);
  document.head.append(library);
})();
// A file that was asked for before its page was opened: the page saves it without another press.
document.querySelector("a[data-download]")?.click();
// Back from the page after a form leads to a fresh form, and never asks to send the old one again.
document.querySelectorAll("form[data-send-once]").forEach((form) => {
  form.addEventListener("submit", () => history.replaceState(null, "", location.href));
});
