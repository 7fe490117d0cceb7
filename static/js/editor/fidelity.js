// The way from stored HTML to the editor's document and back, without a loss.
//
// Each part of the text (a paragraph, a list, a table) remembers the HTML from which it was read, and is
// written as that until somebody changes it: the editor's nodes never change, so an untouched part is
// the same object. A part that would come out different even untouched becomes a `kept` node.
import { pm } from "django-prose-editor/editor";
import { parsed } from "./allowed.js";

const INLINE = /^(strong|b|em|i|s|u|sub|sup|abbr|code|cite|a|br)$/;
const isInline = (node) => node.nodeType === 3 || INLINE.test(node.localName);
const isBlank = (node) => node.nodeType === 3 && !/[^ \t\n\r\f]/.test(node.data);
// Where words may stand without a <p>.
const HOLDERS = "li, td, th, blockquote, aside";

// The children of `parent`: runs of inline nodes as lists, and elements. White space between is none.
function partsOf(parent) {
  const parts = [];
  const lone = /^(figure|body)$/.test(parent.localName);
  for (const node of parent.childNodes) {
    const inline = isInline(node) || (node.localName === "img" && !lone);
    if (!inline) { if (node.nodeType === 1) parts.push(node); }
    else if (Array.isArray(parts.at(-1))) parts.at(-1).push(node);
    else parts.push([node]);
  }
  return parts.filter((part) => !Array.isArray(part) || !part.every(isBlank));
}

function wrapped(run, bare) {
  const words = run[0].ownerDocument.createElement("p");
  if (bare) words.setAttribute("data-bare", "");
  run[0].before(words);
  words.append(...run);
  return words;
}

// Marks what the schema has no element for; `asWritten` undoes it.
function prepared(root) {
  for (const holder of root.querySelectorAll(HOLDERS)) {
    for (const part of partsOf(holder)) if (Array.isArray(part)) wrapped(part, true);
    if (!holder.firstElementChild) holder.innerHTML = '<p data-bare=""></p>';
  }
  return markTables(root);
}

// A table's caption, and the rows of its head, as the schema has them.
export function markTables(root) {
  for (const table of root.querySelectorAll("table")) {
    if (table.caption) {
      table.setAttribute("data-caption", table.caption.innerHTML);
      table.caption.remove();
    }
    for (const row of table.tHead?.rows || []) row.setAttribute("data-section", "head");
  }
  return root;
}

function asWritten(root) {
  for (const part of root.querySelectorAll("[data-kept]")) part.outerHTML = part.getAttribute("data-kept");
  for (const words of root.querySelectorAll("p[data-bare]")) {
    words.removeAttribute("data-bare");
    const alone = [...words.parentNode.children].every((child) => child === words || child.localName !== "p");
    if (alone && words.parentNode.matches(HOLDERS)) words.replaceWith(...words.childNodes);
  }
  for (const table of root.querySelectorAll("table")) {
    const body = table.tBodies[0];
    const head = table.ownerDocument.createElement("thead");
    while (body.rows[0]?.getAttribute("data-section") === "head") head.append(body.rows[0]);
    if (head.rows.length) body.before(head);
    if (!body.rows.length) body.remove();
    for (const row of table.rows) row.removeAttribute("data-section");
    if (table.hasAttribute("data-caption")) {
      table.createCaption().innerHTML = table.getAttribute("data-caption");
      table.removeAttribute("data-caption");
    }
  }
  return root;
}

// What HTML means, as one string: the same for two texts that readers cannot tell apart.
const MEANS_NOTHING = { colspan: "1", rowspan: "1", start: "1", title: "" };
function named(element) {
  const telling = [...element.attributes].filter(({ name, value }) => name !== "rel" && MEANS_NOTHING[name] !== value);
  return element.localName + telling.map(({ name, value }) => ` ${name}=${JSON.stringify(value)}`).sort().join("");
}
// Pairs of an inline element's marks and its text; a picture or a line break has no text.
const pieces = (nodes, marks) => nodes.flatMap((node) => {
  if (node.nodeType === 3) return [[marks.join(), node.data]];
  if (/^(br|img)$/.test(node.localName)) return [[`${marks.join()}<${named(node)}>`, ""]];
  return pieces([...node.childNodes], [...new Set([...marks, named(node)])].sort());
});
function line(nodes, exact) {
  const told = [];
  for (const [marks, text] of pieces(nodes, [])) {
    if (told.length && text && told.at(-1)[0] === marks && told.at(-1)[1]) told.at(-1)[1] += text;
    else told.push([marks, text]);
  }
  let spaced = !exact;
  for (const piece of exact ? [] : told) {
    const text = piece[1].replace(/[ \t\n\r\f]+/g, " ");
    piece[1] = spaced ? text.replace(/^ /, "") : text;
    if (piece[0].endsWith("<br>")) spaced = true;
    else if (piece[0].endsWith(">")) spaced = false;
    else if (piece[1]) spaced = piece[1].endsWith(" ");
  }
  const last = told.findLast(([marks, text]) => text || marks.endsWith(">"));
  if (last && !exact) last[1] = last[1].replace(/ $/, "");
  return JSON.stringify(told.filter(([marks, text]) => text || marks.endsWith(">")));
}
function meaning(element) {
  if (/^(p|h[1-6]|pre|figcaption|caption)$/.test(element.localName))
    return line([...element.childNodes], element.localName === "pre");
  const parts = partsOf(element);
  if (!parts.length && element.matches(HOLDERS)) return line([]);
  return parts.map((part) => {
    if (Array.isArray(part)) return line(part);
    return part.localName === "p" ? meaning(part) : `<${named(part)}>${meaning(part)}</>`;
  }).join("");
}

// `read` gives the document of some HTML, `write` the HTML of a document.
export function faithful(schema) {
  const sources = new WeakMap();
  const parser = pm.model.DOMParser.fromSchema(schema);
  const serializer = pm.model.DOMSerializer.fromSchema(schema);
  const apart = document.implementation.createHTMLDocument("");

  function html(node) {
    const holder = apart.createElement("div");
    serializer.serializeFragment(pm.model.Fragment.from(node), { document: apart }, holder);
    return asWritten(holder).innerHTML;
  }
  const source = (part) => {
    const holder = apart.createElement("div");
    holder.append(...[part].flat().map((node) => apart.importNode(node, true)));
    return holder.innerHTML;
  };

  function nodeOf(part) {
    const before = source(part);
    const [copy] = partsOf(parsed(before));
    const holder = apart.createElement("body");
    holder.append(Array.isArray(copy) ? wrapped(copy, false) : copy);
    const read = parser.parse(prepared(holder));
    const same = read.childCount === 1 && meaning(parsed(html(read.firstChild))) === meaning(parsed(before));
    const node = same ? read.firstChild : schema.nodes.kept.create({ html: before });
    sources.set(node, before);
    return node;
  }

  return {
    read(text) {
      const nodes = [];
      const body = parsed(text);
      let position = 0;
      const children = [...body.childNodes];
      for (const part of partsOf(body)) {
        const run = [part].flat();
        const start = children.indexOf(run[0]);
        const node = nodeOf(part);
        // White space in front belongs to the part.
        const between = children.slice(position, start).map((blank) => blank.data || "").join("");
        sources.set(node, between + sources.get(node));
        position = start + run.length;
        nodes.push(node);
      }
      return schema.node("doc", null, nodes.length ? nodes : [schema.node("paragraph")]);
    },
    write(doc) {
      const parts = [];
      doc.forEach((node) => {
        if (!sources.has(node)) sources.set(node, html(node));
        parts.push(sources.get(node));
      });
      const text = parts.join("");
      return doc.childCount === 1 && doc.firstChild.type.name === "paragraph" && !doc.firstChild.childCount ? "" : text;
    },
  };
}
