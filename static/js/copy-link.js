// Copies the address that is beside the button. Without this script, the address is copied by hand.
document.querySelectorAll("[data-copy]").forEach((button) => {
  const source = document.querySelector("[data-copy-from]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    source.select();
    try {
      await navigator.clipboard.writeText(source.value);
    } catch {
      document.execCommand("copy"); // Pages served without TLS have no clipboard object.
    }
    button.querySelector("span").textContent = button.dataset.done;
  });
});
