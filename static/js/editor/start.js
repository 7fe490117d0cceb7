// The field in which an article is written. Without it the form has a plain field with the HTML.
import { Editor, Extension, Plugin, pm } from "django-prose-editor/editor";
import { abbreviationTool, htmlTool, linkTool, tableCaptionTool, videoTool } from "./dialogs.js";
import { faithful } from "./fidelity.js";
import { noteTool } from "./notes.js";
import { fromClipboard } from "./paste.js";
import { pictureTool, picturesIn } from "./pictures.js";
import { schemaExtensions } from "./schema.js";
import { callOut, connect } from "./toolbar.js";

function start(textarea) {
  const tools = document.getElementById("text-tools");
  const words = tools.dataset;
  const box = document.createElement("div");
  box.className = "text-field";
  textarea.before(box);
  box.append(tools, textarea);
  textarea.hidden = true;
  const said = tools.querySelector("[data-said]");
  const say = (text) => { said.textContent = text; };
  const dialog = (name) => document.getElementById(`text-${name}`);
  let picture = null;
  let pasting = false;

  const Clipboard = Extension.create({
    name: "clipboard",
    addProseMirrorPlugins: () => [new Plugin({
      props: {
        transformPastedHTML(html) {
          const { html: meant, left } = fromClipboard(html, location.origin);
          say(left ? (left === 1 ? words.leftOne : words.leftMany.replace("{n}", left)) : "");
          pasting = true;
          return meant;
        },
        handlePaste(view, event) {
          const files = picturesIn(event.clipboardData);
          const html = event.clipboardData.getData("text/html");
          // A picture by itself comes as a file, with or without an <img> that names its page.
          if (!files.length || html.replace(/<style[\s\S]*?<\/style>|<[^>]*>/gi, "").trim()) return false;
          asked(files);
          return true;
        },
        handleDrop(view, event, _slice, moved) {
          const files = moved ? [] : picturesIn(event.dataTransfer);
          if (!files.length) return false;
          event.preventDefault();
          const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
          if (at) editor.commands.setTextSelection(at.pos);
          asked(files);
          return true;
        },
      },
    })],
  });
  async function asked(files) {
    for (const file of files) await picture.open(file);
  }
  const press = (name) => () => { textarea.form.querySelector(`[name=${name}]`)?.click(); return true; };
  const Keys = Extension.create({
    name: "keys",
    addKeyboardShortcuts: () => ({ "Mod-k": () => { more.link.does(); return true; }, "Mod-s": press("_continue") }),
  });

  const editor = new Editor({
    element: box,
    injectCSS: false,
    extensions: [...schemaExtensions({ kept: words.kept }), Clipboard, Keys],
    editorProps: { attributes: { role: "textbox", "aria-multiline": "true", "aria-label": words.label } },
  });
  const { read, write } = faithful(editor.schema);
  // A new state instead of a change: nothing to undo, and nothing that other parts would "mend".
  const { EditorState } = pm.state;
  const load = () => editor.view.updateState(EditorState.create({ doc: read(textarea.value), plugins: editor.state.plugins }));
  load();
  // Another script puts back words that this browser kept.
  textarea.addEventListener("input", () => { if (textarea.value !== write(editor.state.doc)) load(); });

  picture = pictureTool(dialog("picture"), editor, { words, say });
  const more = {
    link: { does: linkTool(dialog("link"), editor), on: (e) => e.isActive("link") },
    picture: { does: () => picture.open() },
    "call-out": callOut(words.callOut),
    note: { does: noteTool(dialog("note"), editor, { words, say }) },
    abbr: { does: abbreviationTool(dialog("abbr"), editor), on: (e) => e.isActive("abbr") },
    "table-caption": { does: tableCaptionTool(dialog("table-caption"), editor) },
    video: { does: videoTool(dialog("video"), editor), on: (e) => e.isActive("video") },
    html: { does: htmlTool(dialog("html"), editor, { read, write }) },
  };
  connect(tools, editor, more);
  editor.on("update", () => {
    textarea.value = write(editor.state.doc);
    textarea.dispatchEvent(new Event("input", { bubbles: true }));
    if (pasting) { pasting = false; picture.uploadPasted(); }
  });
  // The label of the plain field, and a link to an error in it, lead into the text.
  for (const label of textarea.labels) label.addEventListener("click", () => editor.commands.focus());
  document.addEventListener("click", (event) => {
    if (!event.target.closest(`a[href="#${textarea.id}"]`) || event.defaultPrevented) return;
    event.preventDefault();
    box.scrollIntoView({ block: "center" });
    editor.commands.focus();
  });
  // The tools stay below the bar, which on a phone has several lines.
  const bar = document.querySelector(".action-bar");
  const measure = () => box.style.setProperty("--bar-height", getComputedStyle(bar).position === "sticky" ? `${bar.offsetHeight}px` : "0px");
  if (bar) new ResizeObserver(measure).observe(bar);
  textarea.form.addEventListener("submit", (event) => {
    if (!picture.pending.size) return;
    event.preventDefault();
    say(words.wait);
  });
}

const textarea = document.querySelector("textarea[data-text-field]");
if (textarea && document.getElementById("text-tools")) start(textarea);
