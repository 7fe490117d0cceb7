// Notes: a raised number in the text, and an item of the numbered list behind the last dividing line, as
// articles/text_parts/notes.py reads them.
import { ask } from "./dialogs.js";

const NUMBER = /^\[?([1-9][0-9]{0,2})\]?$/;
const isRaised = (node) => node?.marks.some((mark) => mark.type.name === "superscript");

// The raised numbers of a text, the list of its notes, and where the text before that list ends.
function notesOf(doc) {
  const parts = [];
  doc.forEach((node, at) => parts.push({ node, at }));
  while (parts.length > 1 && parts.at(-1).node.type.name === "paragraph" && !parts.at(-1).node.content.size) parts.pop();
  const [line, last] = parts.slice(-2);
  const listed = last?.node.type.name === "orderedList" && last.node.attrs.start === 1 && line.node.type.name === "horizontalRule";
  const end = listed ? line.at : parts.at(-1).at + parts.at(-1).node.nodeSize;
  const numbers = [];
  doc.nodesBetween(0, end, (node, at) => {
    const found = node.isText && isRaised(node) && NUMBER.exec(node.text);
    if (found) numbers.push({ number: Number(found[1]), at, node });
  });
  return { list: listed ? last : null, end, numbers };
}

// Whether each note has its number, in order: otherwise a raised number may be a power.
function belongTogether({ list, numbers }) {
  const order = [...new Set(numbers.map(({ number }) => number))];
  return order.every((number, place) => number === place + 1) && order.length === (list?.node.childCount ?? 0);
}

function added(tr, { schema, selection }, { list, end, numbers }, words) {
  const { to, $to } = selection;
  const own = 1 + Math.max(0, ...numbers.filter(({ at }) => at < to).map(({ number }) => number));
  const raised = schema.marks.superscript.create();
  const said = schema.nodes.paragraph.create({ bare: true }, schema.text(words));
  const item = schema.nodes.listItem.create(null, said);
  // From the end to the beginning, so that no place moves before its turn.
  if (list) {
    let at = list.at + 1;
    list.node.forEach((node, _offset, place) => { if (place < own - 1) at += node.nodeSize; });
    tr.insert(at, item);
  } else {
    tr.insert(end, [schema.nodes.horizontalRule.create(), schema.nodes.orderedList.create(null, item)]);
  }
  for (const { number, at, node } of numbers.filter((one) => one.number >= own).reverse()) {
    tr.replaceWith(at, at + node.nodeSize, schema.text(String(number + 1), node.marks));
  }
  // Two numbers side by side would become one.
  const gap = isRaised($to.nodeBefore) ? [schema.text("\u2009")] : [];
  tr.insert(to, [...gap, schema.text(String(own), [raised])]).setStoredMarks([]);
  return true;
}

export const noteTool = (dialog, editor, { words, say }) => async () => {
  const { state } = editor;
  const notes = notesOf(state.doc);
  const { selection: { to, $to } } = state;
  say("");
  if (to > notes.end || !$to.parent.inlineContent || $to.parent.type.spec.code) return say(words.noteWhere);
  if (!belongTogether(notes)) return say(words.noteOdd);
  const given = await ask(dialog);
  const text = given?.words.replace(/\s+/g, " ").trim();
  if (!text) return editor.commands.focus();
  return editor.chain().focus().command(({ tr }) => added(tr, state, notes, text)).run();
};
