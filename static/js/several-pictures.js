// The list of pictures: several at once, each sent by itself; then the list of those to describe.
(() => {
  "use strict";
  const form = document.querySelector("form.several");
  if (!form) return;
  const [files, status] = [form.querySelector("[type=file]"), form.querySelector("[role=status]")];
  form.hidden = false;
  files.addEventListener("change", async () => {
    const chosen = [...files.files], refused = [];
    for (const [number, file] of chosen.entries()) {
      status.textContent = form.dataset.sent.replace("{n}", number).replace("{all}", chosen.length);
      const body = new FormData();
      body.append("file", file);
      body.append("alt", "");
      body.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
      try {
        const answer = await fetch(form.dataset.upload, { method: "POST", body, redirect: "error" });
        if (!answer.ok) refused.push(`${file.name}: ${(await answer.json()).error}`);
      } catch {
        refused.push(file.name);
      }
    }
    if (refused.length) status.textContent = refused.join(" ");
    else location.assign(form.dataset.undescribed);
  });
})();
