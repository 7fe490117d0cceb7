// What programs put on the clipboard, as the HTML that an article may contain: headings, emphasis,
// lists, links, tables and pictures stay, and the looks go. Google Docs writes emphasis as styles and
// nests lists beside their items; Word writes lists as paragraphs with a style of its own.
import { leads, parsed } from "./allowed.js";
import { markTables } from "./fidelity.js";

const GONE = "script, style, title, meta, link, template, noscript, iframe, object, svg, form, button, input, select, textarea, nav, [hidden], [aria-hidden=true]:not(:has(img))";
const BLOCKS = "address, article, aside, blockquote, center, details, dd, div, dl, dt, fieldset, figure, footer, h1, h2, h3, h4, h5, h6, header, hr, li, main, ol, p, pre, section, summary, table, ul";

const renamed = (element, tag) => {
  const other = element.ownerDocument.createElement(tag);
  for (const { name, value } of element.attributes) other.setAttribute(name, value);
  other.append(...element.childNodes);
  element.replaceWith(other);
  return other;
};
const unwrapped = (element) => element.replaceWith(...element.childNodes);
const all = (root, selector) => [...root.querySelectorAll(selector)];
const style = (element) => (element.getAttribute("data-style") || "").toLowerCase().replace(/\s*([:;])\s*/g, "$1");

// Styles become another attribute before anything is parsed, and handlers too: our policy forbids them,
// and the browser says so each time.
const withoutStyles = (html) => html
  .replace(/<!--[\s\S]*?-->|<!\[[^>]*>/g, (comment) => (/StartFragment|EndFragment/.test(comment) ? comment : ""))
  .replace(/<style[\s\S]*?<\/style>/gi, "")
  .replace(/<[a-z][^<>]*>/gi, (tag) => tag.replace(/(\s)(style|on\w+)(\s*=)/gi, "$1data-$2$3"));

// The styles that mean something, from the outside in, so that "not bold" within bold holds.
const MEANT = [
  ["strong", /(^|;)font-weight:(bold|[6-9]00)/, /(^|;)font-weight:(normal|[1-5]00)/],
  ["em", /(^|;)font-style:(italic|oblique)/, /(^|;)font-style:normal/],
  ["s", /text-decoration[^;]*:[^;]*line-through/],
  ["sup", /vertical-align:super/], ["sub", /vertical-align:sub/],
];
function styled(root) {
  for (const element of all(root, "b, strong, i, em")) {
    const heavy = /^(b|strong)$/.test(element.localName);
    if ((heavy ? MEANT[0] : MEANT[1])[2].test(style(element))) unwrapped(element);
  }
  for (const element of all(root, "span[data-style], font[data-style], a[data-style], p[data-style], li[data-style]")) {
    const text = style(element);
    if (/display:none|mso-hide:all/.test(text)) { element.remove(); continue; }
    for (const [tag, wanted] of MEANT) {
      if (!wanted.test(text) || element.closest(tag) || element.matches("h1 *, h2 *, h3 *, h4 *, h5 *, h6 *, th *")) continue;
      // Inside, since a paragraph cannot be within a mark.
      if (element.querySelector(BLOCKS)) continue;
      const mark = element.ownerDocument.createElement(tag);
      mark.append(...element.childNodes);
      element.append(mark);
    }
  }
}

// Word: <p style="mso-list:l0 level2 lfo1"><span style="mso-list:Ignore">o </span>words</p>
function wordLists(root) {
  let stack = [];
  for (const item of all(root, "p, h1, h2, h3, h4, h5, h6, li, table")) {
    const level = Number(/mso-list:[^;]*level(\d)/.exec(style(item))?.[1]);
    if (item.localName !== "p" || !level) {
      if (!item.closest("[data-word-list]")) stack = [];
      continue;
    }
    const sign = all(item, "span").find((span) => /mso-list:ignore/.test(style(span)));
    const mark = (sign?.textContent || "").replace(/[\s\u00a0]/g, "");
    sign?.remove();
    const tag = /^\(?([0-9]+|[a-z]|[ivx]+)[.)]$/i.test(mark) ? "ol" : "ul";
    const entry = item.ownerDocument.createElement("li");
    stack.length = Math.min(stack.length, level);
    if (stack.length < level || stack.at(-1).localName !== tag) {
      if (stack.length === level) stack.pop();
      const list = item.ownerDocument.createElement(tag);
      list.setAttribute("data-word-list", "");
      const start = Number.parseInt(mark.replace("(", ""), 10);
      if (start > 1) list.setAttribute("start", start);
      const within = stack.at(-1)?.lastElementChild;
      if (within) within.append(list);
      else item.before(list);
      stack.push(list);
    }
    stack.at(-1).append(entry);
    entry.append(item);
  }
}

// Google Docs, and old pages: <ul><li>one</li><ul><li>within</li></ul></ul>
function nestedLists(root) {
  for (const list of all(root, "ul > ul, ul > ol, ol > ul, ol > ol")) {
    const before = list.previousElementSibling;
    if (before?.localName === "li") before.append(list);
    else unwrapped(list);
  }
}

function headings(root) {
  for (const title of all(root, "p.MsoTitle, [role=heading]:not(h1, h2, h3, h4, h5, h6)")) renamed(title, "h2");
  for (const quotation of all(root, "p.MsoQuote, p.MsoIntenseQuote")) renamed(quotation, "blockquote");
  for (const [from, to] of [["h1", "h2"], ["h5", "h4"], ["h6", "h4"]]) for (const one of all(root, from)) renamed(one, to);
  // A heading is bold by itself.
  for (const strong of all(root, ":is(h2, h3, h4, th) :is(strong, b)")) unwrapped(strong);
  for (const heading of all(root, "h2, h3, h4")) if (!heading.textContent.trim() && !heading.querySelector("img")) heading.remove();
}

function containers(root) {
  for (const [from, to] of [["del", "s"], ["strike", "s"], ["ins", "u"], ["tt", "code"], ["kbd", "code"], ["samp", "code"], ["dt", "p"], ["dd", "p"], ["summary", "p"], ["b", "strong"], ["i", "em"]]) {
    for (const one of all(root, from)) {
      const other = renamed(one, to);
      if (from === "dt" || from === "summary") other.innerHTML = `<strong>${other.innerHTML}</strong>`;
    }
  }
  for (const quoted of all(root, "q")) { quoted.prepend("“"); quoted.append("”"); unwrapped(quoted); }
  for (const box of all(root, "div, center, address, fieldset")) {
    if (box.closest("pre, li, td, th, figcaption") || box.querySelector(BLOCKS)) unwrapped(box);
    else if (box.textContent.trim() || box.querySelector("img")) renamed(box, "p");
    else box.remove();
  }
}

// Links within the copied page lead nowhere in ours; those to our own site lose its name.
function links(root, here) {
  for (const link of all(root, "a")) {
    let href = link.getAttribute("href") || "";
    if (href.startsWith(`${here}/`)) href = href.slice(here.length);
    const redirected = /^https:\/\/www\.google\.com\/url\?(.*)/.exec(href);
    if (redirected) href = new URLSearchParams(redirected[1].replaceAll("&amp;", "&")).get("q") || href;
    if (!href || href.startsWith("#") || /^(file|about|blob|data):/i.test(href) || !leads(href)) unwrapped(link);
    else link.setAttribute("href", href);
  }
}

// Our own pictures and those within the clipboard stay; how many others there were is returned.
function pictures(root, here) {
  let left = 0;
  for (const image of all(root, "img")) {
    const source = (image.getAttribute("src") || "").replace(`${here}/`, "/");
    const tiny = Number(image.getAttribute("width")) === 1 || Number(image.getAttribute("height")) === 1;
    if (/^(\/media\/|data:image\/(png|jpeg|webp);)/.test(source)) {
      image.setAttribute("src", source);
      if (!image.hasAttribute("alt")) image.setAttribute("alt", "");
      if (!image.closest("figure, p, li, td, th, h2, h3, h4")) {
        const figure = image.ownerDocument.createElement("figure");
        image.before(figure);
        figure.append(image);
      }
      continue;
    }
    if (!tiny) left += 1;
    const holder = image.closest("figure");
    image.remove();
    if (holder && !holder.querySelector("img, table, blockquote, pre")) holder.remove();
  }
  return left;
}

function emptied(root) {
  for (const element of all(root, "strong, b, em, i, s, u, sup, sub, a, span, font, code")) {
    if (!element.textContent && !element.querySelector("img, br")) element.remove();
  }
  for (const mark of all(root, "u")) if (mark.closest("a") || mark.querySelector("a")) unwrapped(mark);
  // A line break between two paragraphs, or alone in one, is only space.
  for (const one of all(root, "br")) {
    const [before, after] = [one.previousElementSibling, one.nextElementSibling];
    const between = (node) => !node || node.matches(BLOCKS);
    const text = (node) => node?.nodeType === 3 && node.data.trim();
    if (between(before) && between(after) && !text(one.previousSibling) && !text(one.nextSibling)) one.remove();
  }
  for (const one of all(root, "p, blockquote, li")) {
    if (!one.textContent.replace(/[\s\u00a0]/g, "") && !one.querySelector("img, table, ul, ol") && !one.closest("td, th")) one.remove();
  }
  for (const one of all(root, "*")) {
    for (const { name } of [...one.attributes]) {
      const kept = /^(href|src|alt|start|colspan|rowspan|scope)$/.test(name) || (name === "title" && /^(abbr|a)$/.test(one.localName));
      if (!kept) one.removeAttribute(name);
    }
    if (one.localName === "abbr" && !one.title) unwrapped(one);
  }
}

// `{ html, left }`: what is pasted, and how many pictures of other sites were left out.
export function fromClipboard(html, here) {
  if (html.includes("data-pm-slice")) return { html, left: 0 };
  const root = parsed(withoutStyles(html));
  for (const element of all(root, GONE)) element.remove();
  for (const element of all(root, "*")) if (element.localName.includes(":")) unwrapped(element);
  for (const anchor of all(root, "a[href^='#_ftn'], a[href^='#sdfootnote'], a[href^='#_edn']")) {
    // A note of Word or LibreOffice: its number stays, as one.
    if (!anchor.querySelector("sup") && !anchor.closest("sup")) anchor.innerHTML = `<sup>${anchor.textContent}</sup>`;
  }
  wordLists(root);
  styled(root);
  nestedLists(root);
  headings(root);
  containers(root);
  links(root, here);
  const left = pictures(root, here);
  for (const element of all(root, "span, font, o, section, article, header, footer, main, aside:not(.call-out), details, dl, small, big, mark, time, label, picture, ins, abbr:not([title])")) unwrapped(element);
  emptied(root);
  markTables(root);
  return { html: root.innerHTML.replaceAll("&nbsp;", " ").trim(), left };
}
