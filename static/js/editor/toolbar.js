// The tools above the text: their words and drawings are the page's (articles/admin/_text_tools.html);
// here is what each of them does, and when it is on.
const run = (editor) => editor.chain().focus();
const inTable = (editor) => editor.isActive("table");

export const TOOLS = {
  bold: { does: (e) => run(e).toggleMark("bold").run(), on: (e) => e.isActive("bold") },
  italic: { does: (e) => run(e).toggleMark("italic").run(), on: (e) => e.isActive("italic") },
  underline: { does: (e) => run(e).toggleMark("underline").run(), on: (e) => e.isActive("underline") },
  strike: { does: (e) => run(e).toggleMark("strike").run(), on: (e) => e.isActive("strike") },
  subscript: { does: (e) => run(e).toggleMark("subscript").run(), on: (e) => e.isActive("subscript") },
  superscript: { does: (e) => run(e).toggleMark("superscript").run(), on: (e) => e.isActive("superscript") },
  code: { does: (e) => run(e).toggleMark("code").run(), on: (e) => e.isActive("code") },
  cite: { does: (e) => run(e).toggleMark("cite").run(), on: (e) => e.isActive("cite") },
  bullets: { does: (e) => run(e).toggleBulletList().run(), on: (e) => e.isActive("bulletList") },
  numbers: { does: (e) => run(e).toggleOrderedList().run(), on: (e) => e.isActive("orderedList") },
  quote: { does: (e) => run(e).toggleBlockquote().run(), on: (e) => e.isActive("blockquote") },
  line: { does: (e) => run(e).setHorizontalRule().run() },
  "side-by-side": { does: sideBySide, can: (e) => Boolean(neighbours(e.state)) },
  undo: { does: (e) => run(e).undo().run(), can: (e) => e.can().undo() },
  redo: { does: (e) => run(e).redo().run(), can: (e) => e.can().redo() },
  table: { does: insertTable, can: (e) => !inTable(e) },
  "row-after": { does: (e) => run(e).addRowAfter().run() },
  "column-after": { does: (e) => run(e).addColumnAfter().run() },
  "row-delete": { does: (e) => run(e).deleteRow().run() },
  "column-delete": { does: (e) => run(e).deleteColumn().run() },
  "header-row": { does: toggleHead, on: (e) => e.getAttributes("tableRow").section === "head" },
  "cells-merge": { does: (e) => run(e).mergeOrSplit().run(), can: (e) => e.can().mergeOrSplit() },
  "table-delete": { does: (e) => run(e).deleteTable().run() },
  wide: {
    does: (e) => e.view.dom.closest(".text-field").classList.toggle("wide"),
    on: (e) => e.view.dom.closest(".text-field").classList.contains("wide"),
  },
};

// A box around the selected paragraphs, or a new one with its usual heading; pressed again, no box.
export const callOut = (heading) => ({
  on: (e) => e.isActive("callOut"),
  does: (e) => {
    if (e.isActive("callOut")) return run(e).lift("callOut").run();
    const { $from, empty } = e.state.selection;
    if (!empty || $from.parent.content.size) return run(e).wrapIn("callOut").run();
    const title = { type: "heading", attrs: { level: 3 }, content: [{ type: "text", text: heading }] };
    return run(e).insertContent({ type: "callOut", content: [title, { type: "paragraph" }] }).run();
  },
});

// The figure at the cursor and the figure or gallery before it, if both are pictures.
function neighbours({ selection, doc }) {
  const { $from } = selection;
  const index = $from.index(0);
  if (index < 1) return null;
  const [before, here] = [doc.child(index - 1), doc.child(index)];
  const picture = (node) => node.type.name === "figure" && node.firstChild.type.name === "image";
  if (!picture(here) || !(picture(before) || before.type.name === "gallery")) return null;
  const end = $from.posAtIndex(index, 0) + here.nodeSize;
  return { before, here, start: end - here.nodeSize - before.nodeSize, end };
}
function sideBySide(editor) {
  const found = neighbours(editor.state);
  if (!found) return;
  const { before, here, start, end } = found;
  run(editor).command(({ tr, state }) => {
    const inside = before.type.name === "gallery" ? [...before.children] : [before];
    const caption = inside.at(-1).type.name === "caption" ? inside.pop() : null;
    tr.replaceWith(start, end, state.schema.nodes.gallery.create(null, [...inside, here, caption].filter(Boolean)));
    return true;
  }).run();
}

const cell = (type, attrs = {}) => ({ type, attrs, content: [{ type: "paragraph", attrs: { bare: true } }] });
function insertTable(editor) {
  const row = (type, attrs, section = null) => ({
    type: "tableRow", attrs: { section }, content: [0, 1, 2].map(() => cell(type, attrs)),
  });
  const rows = [row("tableHeader", { scope: "col" }, "head"), row("tableCell"), row("tableCell")];
  const at = editor.state.selection.from;
  run(editor).insertContent({ type: "table", content: rows }).run();
  // Into the first cell.
  let first = null;
  editor.state.doc.descendants((node, position) => {
    if (first === null && node.type.name === "tableHeader" && position >= at - 1) first = position;
  });
  if (first !== null) editor.commands.setTextSelection(first + 2);
}

// The first row as the table's head, or as a row like the others.
function toggleHead(editor) {
  run(editor).command(({ tr, state }) => {
    const { $from } = state.selection;
    for (let depth = $from.depth; depth > 0; depth -= 1) {
      if ($from.node(depth).type.name !== "table") continue;
      const row = $from.node(depth).firstChild;
      const head = row.attrs.section !== "head";
      let position = $from.start(depth);
      tr.setNodeMarkup(position, null, { section: head ? "head" : null });
      position += 1;
      row.forEach((one, offset) => {
        const { colspan, rowspan } = one.attrs;
        const type = head ? state.schema.nodes.tableHeader : state.schema.nodes.tableCell;
        tr.setNodeMarkup(position + offset, type, { colspan, rowspan, ...(head ? { scope: "col" } : {}) });
      });
      return true;
    }
    return false;
  }).run();
}

const STYLES = {
  paragraph: (e) => run(e).setParagraph().run(),
  2: (e) => run(e).setHeading({ level: 2 }).run(),
  3: (e) => run(e).setHeading({ level: 3 }).run(),
  4: (e) => run(e).setHeading({ level: 4 }).run(),
  code: (e) => run(e).setNode("codeBlock", { code: true }).run(),
};
function styleOf(editor) {
  const level = [2, 3, 4].find((one) => editor.isActive("heading", { level: one }));
  return String(level || (editor.isActive("codeBlock") ? "code" : "paragraph"));
}

// Joins the bar and the editor. `more` are the tools that ask something first: name to `{ does, on }`.
export function connect(bar, editor, more) {
  const tools = { ...TOOLS, ...more };
  const style = bar.querySelector("[data-style]");
  const buttons = [...bar.querySelectorAll("[data-tool]")];
  const show = () => {
    style.value = styleOf(editor);
    for (const button of buttons) {
      const { on, can } = tools[button.dataset.tool];
      if (on) button.setAttribute("aria-pressed", Boolean(on(editor)));
      if (can) button.disabled = !can(editor);
    }
    bar.querySelector("[data-of-tables]").hidden = !inTable(editor);
  };
  style.addEventListener("change", () => STYLES[style.value](editor));
  for (const button of buttons) {
    // The selection in the text stays.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      button.closest("details")?.removeAttribute("open");
      tools[button.dataset.tool].does(editor);
      show();
    });
  }
  editor.on("transaction", show);
  bar.hidden = false;
  show();
}
