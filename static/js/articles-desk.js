// The editors' forms: labels for assistive technology what the widgets' scripts add.
(() => {
  "use strict";
  // All that Django's script of the small windows uses of its catalogue of translations.
  window.interpolate ??= (text, values) => values.reduce((filled, value) => filled.replace("%s", value), text);
  // Widgets that a script adds have no accessible name.
  const nameOf = (control) => control?.labels?.[0]?.textContent.replace(/[:*\s]+$/, "").trim();
  const label = (element, text) => {
    if (!element || !text || element.ariaLabel === text) return;
    element.removeAttribute("aria-labelledby");
    element.setAttribute("aria-label", text);
  };
  const labelChoosers = () => {
    for (const select of document.querySelectorAll("select.admin-autocomplete")) {
      const parts = select.nextElementSibling?.querySelectorAll("[role=combobox], [role=textbox], input");
      for (const part of parts ?? []) label(part, nameOf(select));
    }
  };
  // A web address follows another field until somebody writes their own.
  const follow = (address, from) => {
    if (!address || !from || address.value) return;
    const letters = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
    let own = false;
    address.addEventListener("input", () => { own = true; });
    from.addEventListener("input", () => {
      if (!own) address.value = letters(from.value).replace(/[’']/g, "").replace(/[^a-z0-9]+/g, "-").slice(0, 80).replace(/^-|-$/g, "");
    });
  };
  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("#content-main form");
    if (!form) return;
    const address = form.querySelector("[data-from]");
    follow(address, form.elements[address?.dataset.from]);
    labelChoosers();
    new MutationObserver(labelChoosers).observe(form, { childList: true, subtree: true });
  });
})();
