// What can be pressed or filled in and is smaller than it should be, with its size. Folded parts are
// opened for as long as it takes. WCAG 2.2, 2.5.5: a link in a sentence may be as small as its text.
// A tick box and its label are one target.
() => {
  const least = document.body.classList.contains("desk") ? 32 : 44
  const folded = [...document.querySelectorAll("details:not([open])")]
  folded.forEach(one => { one.open = true })
  const union = boxes => {
    const [left, top] = ["left", "top"].map(side => Math.min(...boxes.map(box => box[side])))
    const ends = ["right", "bottom"].map(side => Math.max(...boxes.map(box => box[side])))
    return { width: ends[0] - left, height: ends[1] - top, right: ends[0], bottom: ends[1] }
  }
  const boxOf = element => {
    const ticked = ["radio", "checkbox"].includes(element.type) ? [...element.labels] : []
    return union([element, ...ticked].map(one => one.getBoundingClientRect()))
  }
  // A link that covers its whole card does so by an absolute pseudo-element.
  const covers = (element, side) => {
    const style = getComputedStyle(element, "::after")
    const isLaid = style.content !== "none" && style.position === "absolute"
    return isLaid ? parseFloat(style[side]) || 0 : 0
  }
  const inSentence = element => {
    if (getComputedStyle(element).display !== "inline") return false
    let block = element.parentElement
    while (getComputedStyle(block).display === "inline") block = block.parentElement
    const text = document.createTreeWalker(block, NodeFilter.SHOW_TEXT)
    while (text.nextNode()) {
      const { parentElement, data } = text.currentNode
      const isTarget = parentElement.closest("a, button, summary, label, select, textarea, script")
      if (!isTarget && /[\p{L}\p{N}]/u.test(data) && parentElement.checkVisibility()) return true
    }
    return false
  }
  const small = []
  const targets = "a[href], button, input:not([type=hidden]), select, textarea, summary"
  for (const element of document.querySelectorAll(targets)) {
    if (element.disabled || !element.checkVisibility({ visibilityProperty: true })) continue
    const box = boxOf(element)
    // Read out only, or shown when it has the focus.
    if (box.width <= 1 || box.height <= 1 || box.right <= 0 || box.bottom <= 0) continue
    const sides = ["width", "height"].map(side => Math.max(box[side], covers(element, side)))
    if (Math.min(...sides) >= least - 0.5 || inSentence(element)) continue
    const name = element.textContent.trim() || element.name || element.ariaLabel || ""
    const size = sides.map(Math.round).join("×")
    small.push(`${element.localName}.${element.className} “${name.slice(0, 40)}” ${size}`)
  }
  folded.forEach(one => { one.open = false })
  return small
}
