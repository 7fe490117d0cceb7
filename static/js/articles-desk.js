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
  // The cover is chosen by what it shows; the list beside it finds descriptions.
  const chooseCover = (form, dialog) => {
    const select = form.elements.cover;
    if (!select || !dialog) return;
    const shown = Object.assign(new Image(), { className: "thumbnail", alt: "" });
    const button = Object.assign(document.createElement("button"), {
      type: "button", className: "btn btn-quiet btn-sm", textContent: dialog.dataset.button,
    });
    const list = dialog.querySelector("[data-library-list]");
    const { q } = dialog.querySelector("form").elements;
    const addresses = { [select.value]: dialog.dataset.now };
    const show = () => { shown.src = addresses[select.value] || ""; shown.hidden = !addresses[select.value]; };
    const find = async () => {
      const answer = await fetch(`${dialog.dataset.library}?${new URLSearchParams({ q: q.value.trim() })}`);
      if (answer.ok) list.innerHTML = await answer.text();
    };
    button.addEventListener("click", () => { find(); dialog.showModal(); });
    q.addEventListener("input", find);
    q.addEventListener("keydown", (event) => { if (event.key === "Enter") event.preventDefault(); });
    list.addEventListener("click", (event) => {
      const picked = event.target.closest("[data-pk]");
      if (!picked) return;
      const { pk, alt } = picked.dataset;
      addresses[pk] = picked.querySelector("img").src;
      if (![...select.options].some((option) => option.value === pk)) select.add(new Option(alt, pk));
      select.value = pk;
      select.dispatchEvent(new Event("change", { bubbles: true }));
      dialog.close();
    });
    select.addEventListener("change", show);
    // Its list of descriptions tells only Django's own jQuery.
    window.django?.jQuery(select).on("change", show);
    select.closest(".form-row").append(shown, button);
    show();
  };
  document.addEventListener("DOMContentLoaded", () => {
    const form = document.querySelector("#content-main form");
    if (!form) return;
    const address = form.querySelector("[data-from]");
    follow(address, form.elements[address?.dataset.from]);
    labelChoosers();
    chooseCover(form, document.getElementById("cover-choice"));
    new MutationObserver(labelChoosers).observe(form, { childList: true, subtree: true });
  });
})();
