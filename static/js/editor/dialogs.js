// What the tools ask: the dialogs are in the page (articles/admin/_text_tools.html).
import { leads } from "./allowed.js";

// Opens a dialog; resolves to what was filled in once a button other than "Cancel" is pressed.
export function ask(dialog, values = {}) {
  const form = dialog.querySelector("form");
  form.reset();
  for (const [name, value] of Object.entries(values)) if (form.elements[name]) form.elements[name].value = value ?? "";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const end = () => {
      const pressed = dialog.returnValue;
      resolve(pressed && pressed !== "cancel" ? { pressed, ...Object.fromEntries(new FormData(form)) } : null);
    };
    dialog.addEventListener("close", end, { once: true });
  });
}

// After the last of several keystrokes.
export function later(act, pause = 250) {
  let timer;
  return (...given) => { clearTimeout(timer); timer = setTimeout(() => act(...given), pause); };
}

const isAddress = (text) => /^(?:[a-z][a-z0-9+.-]*:|\/|#|\.\.?\/|www\.)/i.test(text);
function address(text) {
  const typed = text.trim();
  if (/^[^\s@/:]+@[^\s@/:]+\.[^\s@/:]+$/.test(typed)) return `mailto:${typed}`;
  if (/^www\./i.test(typed) || /^[\w-]+(\.[\w-]+)+(\/|$)/.test(typed)) return `https://${typed}`;
  const here = `${location.origin}/`;
  return typed.startsWith(here) ? typed.slice(here.length - 1) : typed;
}

// A link to an article of ours, found by its title, or to any address.
export function linkTool(dialog, editor) {
  const field = dialog.querySelector("[name=href]");
  const found = dialog.querySelector("[data-found]");
  const wrong = dialog.querySelector("[data-wrong]");
  let title = "";
  const search = later(async () => {
    const words = field.value.trim();
    if (words.length < 2 || isAddress(words)) return found.replaceChildren();
    const answer = await fetch(`${dialog.dataset.search}?${new URLSearchParams({ q: words })}`);
    if (!answer.ok || field.value.trim() !== words) return undefined;
    const { articles } = await answer.json();
    return found.replaceChildren(...articles.map((article) => {
      const item = document.createElement("li");
      const button = item.appendChild(document.createElement("button"));
      Object.assign(button, { type: "button", className: "btn btn-bare btn-sm", textContent: article.title });
      button.addEventListener("click", () => {
        field.value = article.url;
        ({ title } = article);
        found.replaceChildren();
        field.focus();
      });
      return item;
    }));
  });
  field.addEventListener("input", search);
  dialog.querySelector("form").addEventListener("submit", (event) => {
    const href = address(field.value);
    const good = event.submitter?.value !== "ok" || (href && leads(href) && (isAddress(href) || !/\s/.test(href)));
    wrong.hidden = good;
    if (!good) event.preventDefault();
  });

  return async () => {
    const now = editor.getAttributes("link");
    const { empty } = editor.state.selection;
    found.replaceChildren();
    wrong.hidden = true;
    title = "";
    dialog.querySelector("[value=remove]").hidden = !editor.isActive("link");
    const given = await ask(dialog, { href: now.href });
    const chain = editor.chain().focus();
    if (!given) return chain.run();
    if (editor.isActive("link")) chain.extendMarkRange("link");
    if (given.pressed === "remove") return chain.unsetMark("link").setMeta("preventAutolink", true).run();
    const href = address(given.href);
    const marks = [{ type: "link", attrs: { href, title: now.title ?? null } }];
    if (empty && !editor.isActive("link")) return chain.insertContent({ type: "text", text: title || href, marks }).run();
    return chain.setMark("link", marks[0].attrs).setMeta("preventAutolink", true).run();
  };
}

// An abbreviation, and what it stands for.
export const abbreviationTool = (dialog, editor) => async () => {
  const given = await ask(dialog, { title: editor.getAttributes("abbr").title });
  const chain = editor.chain().focus();
  if (!given) return chain.run();
  if (editor.isActive("abbr")) chain.extendMarkRange("abbr");
  return given.title.trim() ? chain.setMark("abbr", { title: given.title.trim() }).run() : chain.unsetMark("abbr").run();
};

// A video of one of the sites that the page may show, and its title.
export function videoTool(dialog, editor) {
  const hosts = JSON.parse(dialog.dataset.hosts).map((pages) => new RegExp(pages));
  const wrong = dialog.querySelector("[data-wrong]");
  dialog.querySelector("form").addEventListener("submit", (event) => {
    const { href, title } = event.target.elements;
    const good = event.submitter?.value !== "ok" || (hosts.some((host) => host.test(href.value.trim())) && title.value.trim());
    wrong.hidden = good;
    if (!good) event.preventDefault();
  });
  return async () => {
    const now = editor.state.selection.node?.type.name === "video" ? editor.state.selection.node.attrs : {};
    wrong.hidden = true;
    const given = await ask(dialog, now);
    const chain = editor.chain().focus();
    if (!given) return chain.run();
    const attrs = { href: given.href.trim(), title: given.title.trim() };
    return chain.insertContent({ type: "video", attrs }).run();
  };
}

// The caption above a table. One with links or emphasis is shown as text, and stays unless it is changed.
export const tableCaptionTool = (dialog, editor) => async () => {
  const holder = document.createElement("template");
  holder.innerHTML = editor.getAttributes("table").caption || "";
  const before = holder.content.textContent;
  const given = await ask(dialog, { words: before });
  const chain = editor.chain().focus();
  if (!given || given.words.trim() === before) return chain.run();
  const line = document.createElement("p");
  line.textContent = given.words.trim();
  return chain.updateAttributes("table", { caption: line.innerHTML || null }).run();
};

// The text as HTML. What the field has no tool for can be written here.
export const htmlTool = (dialog, editor, { read, write }) => async () => {
  const before = write(editor.state.doc);
  const given = await ask(dialog, { html: before });
  if (!given || given.html === before) return editor.commands.focus();
  const doc = read(given.html);
  return editor.chain().focus().command(({ tr }) => {
    tr.replaceWith(0, tr.doc.content.size, doc.content).setMeta("preventAutolink", true);
    return true;
  }).run();
};
