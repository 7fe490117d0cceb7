() => {
  // Which numbers can be pressed on this screen as it is, and whether the head's button can.
  const pressable = (element) => {
    const box = element.getBoundingClientRect();
    if (!box.width || box.top < 0 || box.left < 0 || box.bottom > innerHeight || box.right > innerWidth) return false;
    return element.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
  };
  const button = document.querySelector(".help-link");
  const numbers = document.querySelectorAll("a[href^='tel:']");
  return { button: !!button && pressable(button), numbers: [...numbers].filter(pressable).map((a) => a.href.slice(4)) };
}
