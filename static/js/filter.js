// The caseload's filter applies when it is changed: the list below it is loaded and replaced, and a status says how many
// clients it has. The focus stays where it is. Without this script, and where the list can't be loaded, the form has its
// button.
(() => {
  "use strict";
  const PAUSE = 500;
  const form = document.querySelector("[data-filters]"), button = form?.querySelector("button");
  const list = document.getElementById(form?.dataset.filters), status = form?.querySelector("[role=status]");
  if (!list || !status) return;
  const address = () => {
    const chosen = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    return `${location.pathname}?${chosen}`;
  };
  let timer, loading, shown = address();
  button.hidden = true;
  async function apply() {
    clearTimeout(timer);
    const wanted = address();
    if (wanted === shown) return;
    loading?.abort();
    loading = new AbortController();
    shown = wanted;
    list.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(wanted, { redirect: "error", signal: loading.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      list.replaceChildren(...page.getElementById(list.id).childNodes);
      status.textContent = list.querySelector("[data-found]").textContent.trim();
      history.replaceState(null, "", wanted);
    } catch (error) {
      if (error.name === "AbortError") return;
      shown = "";
      button.hidden = false;
      status.textContent = form.dataset.failed;
    }
    list.removeAttribute("aria-busy");
  }
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(apply, PAUSE);
  });
  form.addEventListener("submit", (event) => {
    if (!button.hidden) return;
    event.preventDefault();
    apply();
  });
})();
