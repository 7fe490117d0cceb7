// The editors' form: what the content policy and assistive technology need of its parts.
(() => {
  "use strict";
  // Tiptap adds a <style> unless it finds its own. Our policy would refuse one, so it finds an
  // element of that name which styles nothing; the rules stand in admin.css.
  const found = document.createElementNS("about:blank", "style");
  found.setAttribute("data-tiptap-style", "");
  document.head.append(found);

  // Parts that arrive by script come without a name.
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
    const form = document.querySelector("#article_form");
    if (!form) return;
    labelChoosers();
    new MutationObserver(labelChoosers).observe(form, { childList: true, subtree: true });
  });
})();
