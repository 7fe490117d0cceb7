// Pictures: chosen from the library, uploaded, pasted or dropped, each with its alternative text.
import { ask, later } from "./dialogs.js";

const KINDS = /^image\/(png|jpeg|webp)$/;
export const picturesIn = (data) => [...(data?.files || [])].filter((file) => KINDS.test(file.type));

const asAddress = (file) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result);
  reader.onerror = reject;
  reader.readAsDataURL(file);
});

// Sends a file; resolves to `{ url, alt }`, or throws an Error that says what is wrong with it.
async function uploaded(address, file, alt) {
  const body = new FormData();
  body.append("file", file, file.name || "picture");
  body.append("alt", alt);
  body.append("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
  const answer = await fetch(address, { method: "POST", body, redirect: "error" });
  const reply = await answer.json();
  if (!answer.ok) throw new Error(reply.error);
  return reply;
}

// The picture that is selected, or in whose figure the cursor is.
function selected({ selection }) {
  if (/^(image|inlineImage)$/.test(selection.node?.type.name)) return { node: selection.node, at: selection.from };
  const { $from } = selection;
  for (let depth = $from.depth; depth >= 0; depth -= 1) {
    const figure = depth === $from.depth && selection.node?.type.name === "figure" ? selection.node : $from.node(depth);
    if (figure.type.name !== "figure" || figure.firstChild.type.name !== "image") continue;
    const at = figure === selection.node ? selection.from + 1 : $from.start(depth);
    return { node: figure.firstChild, at };
  }
  return null;
}

export function pictureTool(dialog, editor, { words, say }) {
  const { upload, library } = dialog.dataset;
  const part = (name) => dialog.querySelector(`[data-${name}]`);
  const form = dialog.querySelector("form");
  const { file: input, alt, src, q } = form.elements;
  const failed = words.failed;
  let file = null;

  const show = (address) => {
    part("shown").replaceChildren(Object.assign(new Image(), { src: address, alt: "" }));
    part("shown").hidden = part("details").hidden = !address;
  };
  const complain = (text) => { part("error").textContent = text; part("error").hidden = !text; };
  async function take(one) {
    complain("");
    if (!KINDS.test(one.type)) return complain(words.kind);
    file = one;
    src.value = "";
    show(await asAddress(one));
    return alt.focus();
  }
  async function list() {
    const answer = await fetch(`${library}?${new URLSearchParams({ q: q.value.trim() })}`);
    if (answer.ok) part("library-list").innerHTML = await answer.text();
  }
  input.addEventListener("change", () => input.files[0] && take(input.files[0]));
  q.addEventListener("input", later(list));
  // In this field the Enter key searches.
  q.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); list(); } });
  dialog.addEventListener("dragover", (event) => event.preventDefault());
  dialog.addEventListener("drop", (event) => {
    event.preventDefault();
    const [one] = picturesIn(event.dataTransfer);
    if (one) take(one);
  });
  part("library-list").addEventListener("click", (event) => {
    const button = event.target.closest("[data-url]");
    if (!button) return;
    file = null;
    input.value = "";
    complain("");
    src.value = button.dataset.url;
    alt.value = button.dataset.alt;
    show(button.dataset.url);
    alt.focus();
  });
  // The dialog closes only once the picture is on the server.
  form.addEventListener("submit", async (event) => {
    if (event.submitter?.value !== "ok") return;
    event.preventDefault();
    if (!file && !src.value) return complain(words.choose);
    if (!alt.value.trim()) { complain(words.describe); return alt.focus(); }
    event.submitter.disabled = true;
    try {
      if (file) src.value = (await uploaded(upload, file, alt.value.trim())).url;
      dialog.close("ok");
    } catch (error) {
      complain(error.message || failed);
    } finally {
      event.submitter.disabled = false;
    }
    return undefined;
  });

  const captioned = (schema, { caption, credit }) => {
    const content = [];
    if (caption.trim()) content.push(schema.text(caption.trim() + (credit.trim() ? " " : "")));
    if (credit.trim()) content.push(schema.text(credit.trim(), [schema.marks.cite.create()]));
    return content.length ? schema.nodes.caption.create(null, content) : null;
  };

  async function open(given = null) {
    const now = given ? null : selected(editor.state);
    file = null;
    complain("");
    show("");
    part("library-list").replaceChildren();
    const { $from } = editor.state.selection;
    const figure = now && editor.state.doc.resolve(now.at).parent;
    const hasCaption = figure?.type.name === "figure" && figure.lastChild.type.name === "caption";
    part("caption-fields").hidden = hasCaption || now?.node.type.name === "inlineImage" || $from.parent.type.name === "caption";
    const answer = ask(dialog, { src: now?.node.attrs.src, alt: now?.node.attrs.alt });
    list();
    if (now) show(now.node.attrs.src);
    if (given) take(given);
    const filled = await answer;
    const chain = editor.chain().focus();
    if (!filled) return chain.run();
    const attrs = { src: filled.src, alt: filled.alt.trim() };
    return chain.command(({ tr, state: { schema } }) => {
      const caption = captioned(schema, filled);
      if (!now) {
        tr.replaceSelectionWith(schema.nodes.figure.create(null, [schema.nodes.image.create(attrs), caption].filter(Boolean)));
        return true;
      }
      const size = attrs.src === now.node.attrs.src ? now.node.attrs : { width: null, height: null };
      tr.setNodeMarkup(now.at, null, { ...now.node.attrs, ...size, ...attrs });
      if (!caption || hasCaption || now.node.type.name !== "image") return true;
      const end = now.at + now.node.nodeSize;
      if (figure.type.name === "figure") tr.insert(end, caption);
      else tr.replaceWith(now.at, end, schema.nodes.figure.create(null, [tr.doc.nodeAt(now.at), caption]));
      return true;
    }).run();
  }

  // Pictures that came within pasted text: uploaded as they are, and described afterwards.
  const pending = new Set();
  function uploadPasted() {
    const sources = new Set();
    editor.state.doc.descendants((node) => { if (node.attrs.src?.startsWith("data:")) sources.add(node.attrs.src); });
    for (const source of sources) if (!pending.has(source)) uploadOne(source);
  }
  async function uploadOne(source) {
    pending.add(source);
    let address = null;
    try {
      const [head, data] = source.split(",");
      const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
      const type = /^data:([^;]+)/.exec(head)[1];
      address = (await uploaded(upload, new File([bytes], "picture", { type }), "")).url;
      say(words.undescribed);
    } catch (error) {
      say(error.message || failed);
    }
    editor.commands.command(({ tr }) => {
      const places = [];
      tr.doc.descendants((node, at) => { if (node.attrs.src === source) places.unshift([node, at]); });
      for (const [node, at] of places) {
        if (address) tr.setNodeMarkup(at, null, { ...node.attrs, src: address });
        else {
          const $at = tr.doc.resolve(at);
          const figure = $at.parent.type.name === "figure" && $at.parent.childCount === 1;
          tr.delete(figure ? at - 1 : at, figure ? at + node.nodeSize + 1 : at + node.nodeSize);
        }
      }
      return true;
    });
    pending.delete(source);
  }

  return { open, uploadPasted, pending };
}
