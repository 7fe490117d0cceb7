// The editors' forms: labels for assistive technology what the widgets' scripts add.
(() => {
  "use strict";
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
  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("#content-main form");
    if (!form) return;
    labelChoosers();
    new MutationObserver(labelChoosers).observe(form, { childList: true, subtree: true });
  });
})();
