// Puts each note of an article beside the line that names it, where the page has room for a third column. Without this
// script, and on a narrow page, the notes are a list below the text.
(() => {
  "use strict";
  const body = document.querySelector(".article-body");
  const notes = [...document.querySelectorAll(".notes li")];
  const room = matchMedia("(min-width: 70rem)");
  const GAP = 12;
  if (!body || !notes.length) return;
  const place = () => {
    body.classList.toggle("with-side-notes", room.matches);
    if (!room.matches) return;
    const { top, right } = body.getBoundingClientRect();
    const offer = body.querySelector(".article-offer");
    body.style.setProperty("--side-width", `${right - offer.getBoundingClientRect().left}px`);
    let free = 0;
    for (const note of notes) {
      const mark = document.getElementById(note.id.replace("note-", "note-mark-"));
      const line = Math.max(mark.getBoundingClientRect().top - top - 12, free);
      note.style.top = `${line}px`;
      free = line + note.offsetHeight + GAP;
    }
    // The offer below the last of them.
    body.style.setProperty("--notes-end", `${free}px`);
  };
  // Pictures that arrive, letters that change, a window that turns.
  new ResizeObserver(place).observe(document.querySelector(".reading-text"));
  room.addEventListener("change", place);
  place();
})();
