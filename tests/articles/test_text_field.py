"""The text field of the editors' form, in real Chromium: what is stored survives it, and what other
programs put on the clipboard comes in with its meaning."""

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from articles.models import Article, Image
from articles.richtext import ATTRIBUTES, TAGS, clean, render
from tests.support import cast as people
from tests.support.articles.factories import article, author, topic
from tests.support.articles.image_files import encoded
from tests.support.browsing import sign_in

CLIPBOARD = Path(__file__).parents[1] / "support/articles/clipboard"
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Every element and attribute that an article may contain, as editors, imports and pasted pages
# write them. A letter is typed into each "here".
STORED = [
    "<p>Plain here and <strong>strong here</strong>, <em>stressed here</em>, <b>bold here</b>,"
    " <i>slanted here</i>, <s>struck here</s>, <u>under here</u>.</p>",
    "<p>H<sub>here</sub> and x<sup>here</sup>, <code>code here</code>, <cite>A title here</cite>,"
    ' <abbr title="National Health Service">NHS here</abbr> again.</p>',
    '<p>A <a href="/articles/" rel="noopener">link here</a>, <a href="tel:14416" title="Tele MANAS"'
    ' rel="noopener">a number here</a><br>and a line here.</p>',
    '<p>Both: <a href="https://example.org/a?b=c#d" rel="noopener"><strong>a strong link here'
    '</strong></a> and <a href="mailto:a@example.org" rel="noopener"><code>code here</code></a>.'
    "</p>",
    "<h2>Heading here</h2>", "<h3>Lower <em>heading here</em></h3>", "<h4>Lowest here</h4>",
    "<ul><li>bare here</li><li>with more<ul><li>within here</li></ul></li></ul>",
    '<ol start="8"><li><p>eight here</p><p>More here.</p></li><li><p>nine</p></li></ol>',
    "<ol><li>one here</li><li><h3>A heading here</h3><blockquote>Said here</blockquote></li></ol>",
    "<blockquote>Bare here</blockquote>",
    "<blockquote><p>Said here.</p><p><cite>Somebody here</cite></p></blockquote><hr>",
    "<pre>As  typed here\n    and <strong>indented</strong>\n</pre>",
    "<pre><code>a = 1  # here\nb = 2</code></pre>",
    '<figure><img src="/media/pictures/a.png" alt="Hills" width="8" height="6"><figcaption>Hills'
    " here, <cite>photograph here</cite></figcaption></figure>",
    '<figure><a href="/articles/" rel="noopener"><img src="/media/pictures/a.png" alt="x"></a>'
    "<figcaption>A link here</figcaption></figure>",
    '<p>A picture <img src="/media/pictures/a.png" alt="Hills"> in a line here.</p>',
    '<table><caption>What it <em>shows</em></caption><thead><tr><th scope="col">Head here</th><th'
    ' colspan="2" scope="colgroup">Wide</th></tr></thead><tbody><tr><th rowspan="2" scope="row">Row'
    '</th><td>bare here</td><td><p>a paragraph here</p></td></tr><tr><td colspan="2">last'
    "</td></tr></tbody></table>",
    '<figure><table><tbody><tr><td rowspan="2">a here</td><td>b</td></tr><tr><td></td></tr>'
    "</tbody></table><figcaption>Below here</figcaption></figure>",
    "<aside><h3>When to get help here</h3><p>At once here.</p><ul><li>a sign</li></ul></aside>",
    '<figure><figure><img src="/media/pictures/a.png" alt="One"><figcaption>One here</figcaption>'
    '</figure><figure><img src="/media/pictures/a.png" alt="Two"></figure><figcaption>Both here'
    "</figcaption></figure>",
    "<aside>Bare here</aside>",
]  # fmt: skip
# Stays as it is, to the byte, because nobody touches it: odd, or not to be edited as it is.
UNTOUCHED = [
    "Loose <em>words</em>",
    "<ul><ul><li>without an item</li></ul></ul>",
    "<table><tbody><tr><td>ragged</td></tr><tr><td>a</td><td>b</td></tr></tbody></table>",
    "<figure><figcaption>Above</figcaption><img src=\"/media/pictures/a.png\" alt=\"\"></figure>",
    "<p>spaces   and\nlines</p>\n\n<h2><strong>bold</strong> heading</h2>",
    "<p><em><strong>in another</strong> order</em></p>",
]  # fmt: skip
PLACES = """() => {
  const { editor } = document.querySelector(".tiptap");
  const places = [];
  editor.state.doc.descendants((node, at) => {
    const found = node.isText ? [...node.text.matchAll(/here/g)] : [];
    for (const { index } of found) places.unshift(at + index + 3);
  });
  return places;
}"""
PUT = "at => document.querySelector('.tiptap').editor.chain().focus().setTextSelection(at).run()"
# Selects the first figure that follows a figure or a gallery.
SECOND = """() => {
  const { editor } = document.querySelector(".tiptap");
  const places = [];
  editor.state.doc.forEach((node, at) => {
    if (/figure|gallery/.test(node.type.name)) places.push(at);
  });
  editor.chain().focus().setNodeSelection(places[1]).run();
}"""
PASTE = """([html, text]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", text);
  const { editor } = document.querySelector(".tiptap");
  editor.commands.focus("end");
  editor.view.dom.dispatchEvent(
    new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def esha(open_page) -> Page:
    people.make()
    topic()
    author()
    page = sign_in(open_page("/"), "esha@example.org")
    page.route("**/media/pictures/a*.png", lambda route: route.fulfill(body=b"", status=404))
    return page


def opened(page: Page, it: Article) -> Page:
    page.goto(f"/admin/articles/article/{it.pk}/change/")
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_be_visible()
    return page


def saved(page: Page, it: Article) -> str:
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator(".messagelist .success")).to_be_visible()
    it.refresh_from_db()
    return it.body


def test_a_note_gets_its_number_and_its_place_in_the_list(esha):
    it = article("noted", body="<p>One here, two here.</p><p>Last here.</p>")
    page = opened(esha, it)
    # The second comes first, so that the other one moves it.
    for place, words in ((1, "The second."), (2, "The first."), (0, "The third.")):
        page.evaluate(PUT, page.evaluate(PLACES)[place] + 1)
        page.locator("summary", has_text="More").click()
        page.get_by_role("button", name="Note").click()
        page.get_by_label("What the note says").fill(words)
        page.get_by_role("button", name="Done").click()
        page.keyboard.type("!")
    body = saved(page, it)
    assert body == (
        "<p>One here<sup>1</sup>!, two here<sup>2</sup>!.</p><p>Last here<sup>3</sup>!.</p><hr>"
        "<ol><li>The first.</li><li>The second.</li><li>The third.</li></ol>"
    )
    assert [note.number for note in render(body, notes_apart=True).notes] == [1, 2, 3]


def test_everything_that_may_be_stored_survives_a_letter(esha):
    body = "".join([*STORED, *UNTOUCHED, "<p>End here.</p>"])
    assert clean(body) == body
    written = re.findall(r"<(\w+)((?:\s[\w-]+=\"[^\"]*\")*)>", body)
    assert {name for name, _ in written} == TAGS
    names = {(tag, a) for tag, rest in written for a in re.findall(r"\s([\w-]+)=\"", rest)}
    assert names - {("a", "rel")} == {(t, a) for t, names in ATTRIBUTES.items() for a in names}
    it = article(body=body)
    page = opened(esha, it)
    # Also in the parts that are touched, and the field itself changes nothing.
    assert page.locator("#id_body").input_value() == body
    places = page.evaluate(PLACES)
    assert len(places) == body.count("here")
    # The editor's own command moves the focus a frame later, when the first letter is typed.
    page.locator(".tiptap").focus()
    expect(page.locator(".tiptap")).to_be_focused()
    for at in places:
        page.evaluate(PUT, at)
        page.keyboard.type("x")
    assert saved(page, it) == body.replace("here", "herxe")
    expect(page.locator(".kept-part")).to_have_count(2)


# What each program's clipboard becomes; `{}` is the picture's address.
EMPHASIS = "Plain, <strong>bold</strong>, <em>italic</em>"
LINK = '<a href="https://example.org/sleep" rel="noopener">a link</a>, H<sub>2</sub>O'
IN_P = (
    "<ul><li><p>one</p><ul><li><p>within one</p></li></ul></li>"
    "<li><p><strong>two</strong></p></li></ul>"
)
PASTED = {
    "google_docs": (
        f"<h2>A quiet evening</h2><p>{EMPHASIS} and <s>struck</s>, H<sub>2</sub>O,"
        f" {LINK.partition(',')[0]}.</p>{IN_P}<h2>Numbers</h2><ol><li><p>first</p></li></ol>"
        "<table><tbody><tr><td><p>left</p></td><td><p>right</p></td></tr></tbody></table>",
        "1 picture from another site",
    ),
    "word": (
        f"<h2>A quiet evening</h2><h2>Before bed</h2><p>{EMPHASIS} and {LINK}.</p>{IN_P}"
        '<h4>Numbers</h4><ol start="3"><li><p>third</p></li></ol>'
        "<table><thead><tr><td><p>left</p></td><td><p>right</p></td></tr></thead>"
        '<tbody><tr><td colspan="2"><p>below</p></td></tr></tbody></table>'
        "<blockquote><p>Said by somebody.</p></blockquote><p>With a note<sup>[1]</sup>.</p>",
        "1 picture from another site",
    ),
    "libreoffice": (
        f"<h2>A quiet evening</h2><p>{EMPHASIS}, <s>struck</s> and {LINK}, coloured.</p>{IN_P}"
        '<ol start="4"><li><p>fourth</p></li></ol>'
        "<table><thead><tr><th><p>left</p></th><th><p>right</p></th></tr></thead>"
        "<tbody><tr><td><p>a</p></td><td><p></p></td></tr></tbody></table>"
        "<pre>kept   as\ntyped</pre><blockquote><p>Said by somebody.</p></blockquote>"
        "<p>With a note<sup>1</sup>.</p>",
        "",
    ),
    "web_page": (
        f"<h2>A quiet evening</h2><p>{EMPHASIS}, marked, <s>struck</s>, <code>Ctrl</code> and"
        f' {LINK}.</p><p>Next nowhere, here, <abbr title="World Health Organization">WHO</abbr>'
        " and “quoted”.</p>"
        f"{IN_P}<p><strong>Sleep</strong></p><p>Rest at night.</p><h4>Small print</h4>"
        '<p>Drawn: <img src="{}" alt=""></p>'
        "<table><caption>What it shows</caption><thead><tr><th scope=\"col\"><p>left</p></th>"
        "<th><p>right</p></th></tr></thead><tbody><tr><td><p>a</p></td><td><p>b</p></td></tr>"
        "</tbody></table>",
        "",
    ),
}  # fmt: skip


def test_what_is_pasted_keeps_its_meaning(esha, capsys):
    it = article(body="", status="draft", publish_at=None)
    lost = []
    for name, (meant, said) in PASTED.items():
        Article.objects.filter(pk=it.pk).update(body="")
        page = opened(esha, it)
        html = (CLIPBOARD / f"{name}.html").read_text()
        page.evaluate(PASTE, [html, "plain words"])
        # A picture in the clipboard is uploaded; it cannot be published until it is described.
        expect(page.locator('.tiptap img[src^="data:"]')).to_have_count(0)
        if said:
            expect(page.locator("[data-said]")).to_contain_text(said)
        body = saved(page, it)
        address = Image.objects.latest("pk").file.url if "{}" in meant else ""
        if body != meant.format(address):
            lost.append(f"{name}:\n{body}\n{meant.format(address)}")
    assert [picture.alt for picture in Image.objects.all()] == ["Not described yet"]
    assert not lost, "\n\n".join(lost)
    with capsys.disabled():
        print(f"\npasted: {len(PASTED)} clipboards, {len(lost)} with a loss")


def test_a_box_and_pictures_side_by_side(esha):
    """By the tools; a box that was copied from our own page stays one, and what another site puts
    beside its text does not become one."""
    figure = '<figure><img src="/media/pictures/a.png" alt="{}"></figure>'
    it = article(body="<p>Before.</p>" + "".join(map(figure.format, "abc")) + "<p>here</p>")
    page = opened(esha, it)
    for _figure in "bc":  # The second figure beside the first; then the third beside both.
        page.evaluate(SECOND)
        page.get_by_text("More", exact=True).click()
        page.get_by_role("button", name="Picture beside the one before").click()
    page.evaluate(PUT, page.evaluate(PLACES)[0])
    page.get_by_role("button", name="Box, such as").click()
    three = "".join(map(figure.format, "abc"))
    assert saved(page, it) == f"<p>Before.</p><figure>{three}</figure><aside><p>here</p></aside>"
    page = opened(page, article("empty", body="", status="draft", publish_at=None))
    box = '<aside class="call-out" role="note"><h3>Now</h3><p>Call.</p></aside>'
    page.evaluate(PASTE, [f"{box}<aside><p>Elsewhere</p></aside>", ""])
    assert page.locator("#id_body").input_value() == (
        "<aside><h3>Now</h3><p>Call.</p></aside><p>Elsewhere</p>"
    )


def test_a_picture_is_pasted_described_and_captioned(esha):
    """By paste or drop, or from the device; the dialog asks what it shows, and closes only then."""
    article(title="Sleep and rest", slug="sleep")
    it = article("other", body="<p>Before.</p>")
    page = opened(esha, it)
    page.evaluate(
        """data => {
          const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
          const given = new DataTransfer();
          given.items.add(new File([bytes], "hills.png", { type: "image/png" }));
          const { view } = document.querySelector(".tiptap").editor;
          document.querySelector(".tiptap").editor.commands.focus("end");
          view.dom.dispatchEvent(new ClipboardEvent("paste",
            { clipboardData: given, bubbles: true, cancelable: true }));
        }""",
        base64.b64encode(encoded("PNG")).decode(),
    )
    dialog = page.get_by_role("dialog", name="Picture")
    dialog.get_by_role("button", name="Use this picture").click()
    expect(dialog.get_by_role("alert")).to_have_text("Please say what the picture shows.")
    dialog.get_by_label("What the picture shows").fill("Hills at dawn")
    dialog.get_by_label("Caption").fill("The hills.")
    dialog.get_by_label("Credit").fill("A. Person")
    dialog.get_by_role("button", name="Use this picture").click()
    expect(page.locator(".tiptap figure img")).to_have_attribute("alt", "Hills at dawn")
    # And a link to an article of ours, by its title.
    page.evaluate(PUT, 1)
    page.keyboard.press("Control+k")
    link = page.get_by_role("dialog", name="Link")
    link.get_by_role("textbox").press_sequentially("rest sleep")
    link.get_by_role("button", name="Sleep and rest").click()
    link.get_by_role("button", name="Set link").click()
    picture = saved(page, it) and Image.objects.get()
    assert it.body == (
        '<p><a href="/articles/sleep/" rel="noopener">Sleep and rest</a>Before.</p>'
        f'<figure><img src="{picture.file.url}" alt="Hills at dawn"><figcaption>The hills.'
        " <cite>A. Person</cite></figcaption></figure>"
    )
    assert picture.alt == "Hills at dawn"
