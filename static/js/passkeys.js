// Passkeys: asks the browser for one and sends it with the form. Without this script, or in a browser
// without passkeys, the buttons stay hidden and people use the other ways.
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !window.webauthnJSON) return;
  async function options(form) {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const response = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!response.ok) throw new Error(String(response.status));
    return (await response.json()).request_options;
  }
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const failed = form.querySelector("[data-passkey-failed]");
    form.closest("[data-passkey-way]").hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failed.hidden = true;
      try {
        const credential = await window.webauthnJSON[form.dataset.passkey](await options(form));
        form.elements.credential.value = JSON.stringify(credential);
        form.submit();
      } catch {
        failed.hidden = false;
      }
    });
  }
  for (const hint of document.querySelectorAll("[data-passkey-none]")) hint.hidden = true;
})();
