// Passwords that can be shown, and recovery codes that can be copied and saved as a file. Without this
// script, or where a browser refuses, everything else on these pages works.
(() => {
  "use strict";
  for (const form of document.querySelectorAll("form[data-show-password]")) {
    const fields = form.querySelectorAll("input[type=password]");
    if (!fields.length) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-bare btn-sm";
    button.textContent = form.dataset.showPassword;
    const show = (shown) => {
      fields.forEach((field) => { field.type = shown ? "text" : "password"; });
      button.setAttribute("aria-pressed", shown);
    };
    show(false);
    button.addEventListener("click", () => show(button.getAttribute("aria-pressed") === "false"));
    // A browser keeps what was typed into a text field; a password must not be among it.
    form.addEventListener("submit", () => show(false));
    form.querySelector(".actions").append(" ", button);
  }
  const codes = [...document.querySelectorAll(".codes li")].map((code) => code.textContent.trim()).join("\r\n");
  for (const button of document.querySelectorAll("[data-copy-codes], [data-save-codes]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (button.dataset.saveCodes) {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(new Blob([`${button.dataset.title}\r\n\r\n${codes}\r\n`], { type: "text/plain" }));
        link.download = button.dataset.saveCodes;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 10_000); // At once would stop it in some browsers.
      } else {
        try { await navigator.clipboard.writeText(codes); } catch { return; }
      }
      button.querySelector("span").textContent = button.dataset.done;
    });
  }
})();
