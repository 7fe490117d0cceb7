// Passkeys: asks the browser for one, and sends its answer with the form. Without this script, or
// without passkeys in the browser, the buttons stay hidden and the other ways remain.
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !window.webauthnJSON) return;
  async function options(form) {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).request_options;
  }
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const failed = form.querySelector("[data-passkey-failed]");
    form.closest("[data-passkey-way]").hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      failed.hidden = true;
      try {
        const told = await window.webauthnJSON[form.dataset.passkey](await options(form));
        form.elements.credential.value = JSON.stringify(told);
        form.submit();
      } catch {
        failed.hidden = false;
      }
    });
  }
  for (const hint of document.querySelectorAll("[data-passkey-none]")) hint.hidden = true;
})();
