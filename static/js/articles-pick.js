// Hands the chosen picture to the text editor that opened this window.
(() => {
  "use strict";
  for (const button of document.querySelectorAll("[data-pick]")) {
    button.addEventListener("click", () => {
      const { pick, url, alt } = button.dataset;
      window.opener?.CKEDITOR?.tools?.callFunction(Number(pick), url, { alternative_text: alt });
      window.close();
    });
  }
})();
