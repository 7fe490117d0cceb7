// Public pages are the same for everyone; this only changes a label for those who are signed in.
(() => {
  "use strict";
  const links = document.querySelectorAll("[data-signed-in]");
  if (/(^|; )(__Host-)?signed_in=1/.test(document.cookie)) links.forEach((link) => (link.textContent = link.dataset.signedIn));
})();
// A message in a section of the page gets the focus, so that screen readers read it out.
addEventListener("load", () => document.querySelector("[data-said]:has(.notice)")?.focus());
// Marks in an article's table of contents where the reader is. Without it, the list still works.
(() => {
  "use strict";
  const links = new Map(
    [...document.querySelectorAll(".contents-side a")].map((link) => [link.hash.slice(1), link]),
  );
  const headings = [...document.querySelectorAll(".reading-text > h2[id]")];
  if (!links.size || !headings.length) return;
  const mark = () => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 3);
    const here = passed.at(-1)?.id;
    for (const [id, link] of links) {
      const linked = decodeURIComponent(id) === here;
      link.parentElement.classList.toggle("here", linked);
      if (linked) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
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
