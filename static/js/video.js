// A video of another site: its card is a link to it. Only a press on the card loads the player, here in the page.
(() => {
  "use strict";
  for (const card of document.querySelectorAll("a[data-player]")) {
    card.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      const frame = document.createElement("iframe");
      frame.title = card.querySelector(".video-title").textContent;
      frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
      // The other site learns that the video was played on ours (without which YouTube plays nothing), not on which page.
      frame.referrerPolicy = "strict-origin";
      frame.src = card.dataset.player;
      card.parentElement.querySelector("figcaption")?.remove();
      card.replaceWith(frame);
      frame.focus();
    });
  }
})();
