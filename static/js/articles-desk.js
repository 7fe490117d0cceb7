// The editors' form: adapts its widgets to the content policy and labels them for assistive technology.
(() => {
  "use strict";
  // Tiptap adds a <style> unless it finds its own. Our policy would refuse one, so it finds an
  // element of that name which styles nothing; the rules are in admin.css.
  const placeholder = document.createElementNS("about:blank", "style");
  placeholder.setAttribute("data-tiptap-style", "");
  document.head.append(placeholder);

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
  document.addEventListener("prose-editor:ready", ({ detail }) => {
    label(detail.editor.view.dom, nameOf(detail.textarea));
  });
  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("#content-main form");
    if (!form) return;
    labelChoosers();
    new MutationObserver(labelChoosers).observe(form, { childList: true, subtree: true });
  });
})();
