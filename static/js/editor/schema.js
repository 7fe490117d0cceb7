// What the text field can hold: every element and attribute that articles/richtext.py keeps. The
// classes are those of django-prose-editor; here they keep the attributes which they would drop.
import {
  Blockquote, Bold, BulletList, Code, CodeBlock, Document, Dropcursor, Gapcursor, HardBreak, Heading, History,
  HorizontalRule, Italic, Link, ListItem, Mark, Node, OrderedList, Paragraph, SpecialCharacters, Strike, Subscript,
  Superscript, Table, TableCell, TableHeader, TableRow, Text, Underline,
} from "django-prose-editor/editor";
import { scrubbed } from "./allowed.js";

// An attribute of the same name as in HTML; null leaves it out.
const plainly = (name) => ({ default: null, parseHTML: (element) => element.getAttribute(name) });
const span = (name) => ({
  default: 1,
  parseHTML: (element) => Number.parseInt(element.getAttribute(name), 10) || 1,
  renderHTML: (attributes) => (attributes[name] > 1 ? { [name]: attributes[name] } : {}),
});
// <b> and <strong>, <i> and <em>: the same mark, written as it was.
const either = (mark, usual, other) => mark.extend({
  addAttributes: () => ({
    tag: { default: usual, rendered: false, parseHTML: (element) => (element.localName === other ? other : usual) },
  }),
  renderHTML: ({ mark }) => [mark.attrs.tag, 0],
});
const simple = (name, tag, attributes = {}) => Mark.create({
  name,
  excludes: "",
  inclusive: false,
  addAttributes: () => attributes,
  parseHTML: () => [{ tag }],
  renderHTML: ({ HTMLAttributes }) => [tag, HTMLAttributes, 0],
});

// `bare`: words directly inside a list item, a cell or a quotation, without a <p> of their own.
const Words = Paragraph.extend({
  addAttributes: () => ({
    bare: {
      default: false,
      parseHTML: (element) => element.hasAttribute("data-bare"),
      renderHTML: ({ bare }) => (bare ? { "data-bare": "" } : {}),
    },
  }),
});

const onlyCode = (pre) => {
  const [code] = pre.children;
  return code?.localName === "code" && pre.childNodes.length === 1 ? code : null;
};
const Preformatted = CodeBlock.extend({
  content: "(text | hardBreak | inlineImage)*",
  marks: "_",
  whitespace: "pre",
  addAttributes: () => ({ code: { default: true, rendered: false, parseHTML: (element) => Boolean(onlyCode(element)) } }),
  parseHTML: () => [{ tag: "pre", preserveWhitespace: "full", contentElement: (pre) => onlyCode(pre) || pre }],
  renderHTML: ({ node }) => (node.attrs.code ? ["pre", ["code", 0]] : ["pre", 0]),
});

const picture = () => ({ src: plainly("src"), alt: plainly("alt"), width: plainly("width"), height: plainly("height") });
const drawn = ({ HTMLAttributes }) => ["img", HTMLAttributes];
const TEXT_BLOCKS = "paragraph/|heading/|caption/|codeBlock/";
const InlineImage = Node.create({
  name: "inlineImage", group: "inline", inline: true, draggable: true, addAttributes: picture, renderHTML: drawn,
  parseHTML: () => [{ tag: "img", context: TEXT_BLOCKS, priority: 60 }],
});
const Picture = Node.create({
  name: "image", group: "block", draggable: true, addAttributes: picture, renderHTML: drawn,
  parseHTML: () => [{ tag: "img" }],
});
const Caption = Node.create({
  name: "caption", content: "inline*", isolating: true, defining: true,
  parseHTML: () => [{ tag: "figcaption" }],
  renderHTML: () => ["figcaption", 0],
});
const Figure = Node.create({
  name: "figure", group: "block", content: "(image | table | blockquote | codeBlock)+ caption?", marks: "link",
  draggable: true, isolating: true,
  parseHTML: () => [{ tag: "figure" }],
  renderHTML: () => ["figure", 0],
});

// Pictures side by side: a figure of figures.
const Gallery = Node.create({
  name: "gallery", group: "block", content: "figure+ caption?", draggable: true, isolating: true,
  parseHTML: () => [{ tag: "figure", priority: 60, getAttrs: (element) => (element.querySelector(":scope > figure") ? {} : false) }],
  renderHTML: () => ["figure", 0],
});
// A video of another site: a link alone in a figure. Its page draws the card; here is what it will say.
const Video = Node.create({
  name: "video", group: "block", atom: true, draggable: true,
  addAttributes: () => ({ href: { default: "", rendered: false }, title: { default: "", rendered: false } }),
  parseHTML: () => [{
    tag: "figure", priority: 70,
    getAttrs(figure) {
      const [link, ...others] = figure.childNodes;
      const alone = !others.length && link?.localName === "a" && !link.children.length && !link.title;
      return alone ? { href: link.getAttribute("href"), title: link.textContent } : false;
    },
  }],
  renderHTML: ({ node: { attrs: { href, title } } }) => ["figure", ["a", { href }, title]],
  addNodeView: () => ({ node }) => {
    const dom = document.createElement("figure");
    dom.className = "video-part";
    dom.append(Object.assign(document.createElement("strong"), { textContent: node.attrs.title }));
    dom.append(Object.assign(document.createElement("span"), { textContent: node.attrs.href }));
    return { dom };
  },
});
// A box in the text, such as the one that says when to get help.
const CallOut = Node.create({
  name: "callOut", group: "block", content: "block+", defining: true,
  parseHTML: () => [{ tag: "aside" }],
  renderHTML: () => ["aside", 0],
});

// A table's caption is an attribute, because a table's content is rows alone. A row knows its section.
const CaptionedTable = Table.extend({
  addMenuItems: null,
  addAttributes: () => ({
    caption: {
      default: null,
      parseHTML: (element) => element.getAttribute("data-caption"),
      renderHTML: ({ caption }) => (caption === null ? {} : { "data-caption": caption }),
    },
  }),
  renderHTML: ({ HTMLAttributes }) => ["table", HTMLAttributes, ["tbody", 0]],
  addNodeView: () => ({ node }) => {
    const dom = document.createElement("table");
    const words = dom.appendChild(document.createElement("caption"));
    const contentDOM = dom.appendChild(document.createElement("tbody"));
    words.contentEditable = "false";
    const update = (next) => {
      if (next.type !== node.type) return false;
      words.hidden = next.attrs.caption === null;
      words.replaceChildren(scrubbed(next.attrs.caption || ""));
      return true;
    };
    update(node);
    const ignoreMutation = (mutation) => mutation.type !== "selection" && !contentDOM.contains(mutation.target);
    return { dom, contentDOM, update, ignoreMutation };
  },
});
const SectionRow = TableRow.extend({
  addAttributes: () => ({
    section: {
      default: null,
      parseHTML: (element) => element.getAttribute("data-section"),
      renderHTML: ({ section }) => (section ? { "data-section": section } : {}),
    },
  }),
});
const spans = () => ({ colspan: span("colspan"), rowspan: span("rowspan"), colwidth: { default: null, rendered: false } });
const Cell = TableCell.extend({
  addAttributes: spans, parseHTML: () => [{ tag: "td" }], renderHTML: ({ HTMLAttributes }) => ["td", HTMLAttributes, 0],
});
const HeaderCell = TableHeader.extend({
  addAttributes: () => ({ ...spans(), scope: plainly("scope") }),
  parseHTML: () => [{ tag: "th" }],
  renderHTML: ({ HTMLAttributes }) => ["th", HTMLAttributes, 0],
});

const Address = Link.extend({
  addMenuItems: null,
  addCommands: null,
  addKeyboardShortcuts: null,
  addAttributes: () => ({ href: plainly("href"), title: plainly("title") }),
  parseHTML: () => [{ tag: "a" }],
  renderHTML: ({ HTMLAttributes }) => ["a", HTMLAttributes, 0],
});

// What none of the above can hold as it is stays whole: it is shown, and can be moved or deleted.
const Kept = Node.create({
  name: "kept", group: "block", atom: true, draggable: true,
  addAttributes: () => ({
    html: {
      default: "",
      parseHTML: (element) => element.getAttribute("data-kept"),
      renderHTML: ({ html }) => ({ "data-kept": html }),
    },
  }),
  addOptions: () => ({ label: "" }),
  parseHTML: () => [{ tag: "div[data-kept]" }],
  renderHTML: ({ HTMLAttributes }) => ["div", HTMLAttributes],
  addNodeView() {
    const { label } = this.options;
    return ({ node }) => {
      const dom = document.createElement("div");
      const note = dom.appendChild(document.createElement("p"));
      dom.className = "kept-part";
      note.className = "kept-note";
      note.textContent = label;
      dom.append(scrubbed(node.attrs.html));
      return { dom };
    };
  },
});

const everywhere = (mark) => mark.extend({ excludes: "", addMenuItems: null });

export const schemaExtensions = ({ kept }) => [
  Document, Text, Words, Dropcursor, Gapcursor, History, HardBreak, HorizontalRule, SpecialCharacters,
  Heading.configure({ levels: [2, 3, 4] }),
  Blockquote.extend({ content: "block+" }), BulletList,
  OrderedList.extend({
    addMenuItems: null,
    addAttributes: () => ({
      start: {
        default: 1,
        parseHTML: (element) => (element.hasAttribute("start") ? Number.parseInt(element.getAttribute("start"), 10) : 1),
      },
    }),
    renderHTML: ({ HTMLAttributes: { start } }) => ["ol", start === 1 ? {} : { start }, 0],
  }),
  ListItem.extend({ content: "block+" }),
  Preformatted.extend({ addMenuItems: null }), CallOut, Video, Gallery, Figure, Caption, Picture, InlineImage,
  CaptionedTable, SectionRow, HeaderCell, Cell, Kept.configure({ label: kept }),
  Address.configure({ openOnClick: false, autolink: true, linkOnPaste: true, defaultProtocol: "https" }),
  either(Bold, "strong", "b"), either(Italic, "em", "i"), Underline, Strike, Subscript, Superscript,
  simple("cite", "cite"), simple("abbr", "abbr", { title: plainly("title") }), everywhere(Code),
];
