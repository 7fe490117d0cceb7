// The elements and attributes that an article may contain, as in articles/richtext.py (a test compares
// them). What is shown or pasted as HTML is rebuilt of these alone.
export const ALLOWED = {
  p: [], br: [], hr: [], h2: [], h3: [], h4: [], strong: [], b: [], em: [], i: [], s: [], u: [], sub: [], sup: [],
  abbr: ["title"], code: [], pre: [], blockquote: [], cite: [], ul: [], ol: ["start"], li: [], a: ["href", "title"],
  figure: [], figcaption: [], img: ["src", "alt", "width", "height"], table: [], caption: [], thead: [], tbody: [],
  tr: [], th: ["colspan", "rowspan", "scope"], td: ["colspan", "rowspan"], aside: [],
};
const HIDDEN = /^(script|style|title|textarea|xmp|iframe|object|noembed|noframes|noscript|template|svg|math|head|meta|link)$/;

export const parsed = (html) => new DOMParser().parseFromString(`<body>${html}`, "text/html").body;
// An address that leads to a page, a mail or a telephone, and runs nothing.
export const leads = (address) => /^(?:https?:|mailto:|tel:|(?![a-z][a-z0-9+.-]*:))/i.test(address.replace(/[\s\0-\x20]/g, ""));

// A copy of what `html` may contain, for a live page.
export function scrubbed(html) {
  const copied = (from, into) => {
    for (const node of from.childNodes) {
      if (node.nodeType === 3) into.append(node.data);
      if (node.nodeType !== 1 || HIDDEN.test(node.localName)) continue;
      const names = ALLOWED[node.localName];
      const copy = names ? into.appendChild(document.createElement(node.localName)) : into;
      for (const name of names || []) {
        const value = node.getAttribute(name);
        if (value !== null && (name !== "href" || leads(value))) copy.setAttribute(name, value);
      }
      copied(node, copy);
    }
    return into;
  };
  return copied(parsed(html), document.createDocumentFragment());
}
