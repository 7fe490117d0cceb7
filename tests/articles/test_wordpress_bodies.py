"""Single pieces of WordPress texts, and their HTML on our pages."""

import time
from collections import Counter
from types import SimpleNamespace

import pytest

from articles.imports import slugs
from articles.wordpress import bodies, post_dates

PICTURE = SimpleNamespace(
    file=SimpleNamespace(url="/media/pictures/x.png"), alt="Told", width=4, height=3
)
IMG = '<img src="/media/pictures/x.png" alt="Told" width="4" height="3">'


class AllReferences:
    """References with every picture except those named "missing"."""

    def __init__(self) -> None:
        self.dropped: Counter[str] = Counter()

    def picture(self, address, number, alt):
        return None if "missing" in address else PICTURE

    def gallery(self, ids):
        return ids.split(",")

    def link(self, address):
        return "" if address.startswith("#") else address

    def reusable(self, number):
        return f"<p>Shared {number}</p>"

    def footnotes(self):
        return ""


def converted(source: str) -> str:
    return bodies.convert(source, AllReferences())


LINK = '<a href="/z" rel="noopener">'
CLASSIC = {
    "One\ntwo\n\nthree\r\n\r\n\r\nfour": "<p>One<br>two</p><p>three</p><p>four</p>",
    "a <b>bold\n\nstill</b> not": "<p>a <b>bold</b></p><p><b>still</b> not</p>",
    "<h1>A</h1>\nb\n<h5>C</h5>": "<h2>A</h2><p>b</p><h4>C</h4>",
    "<div>a</div>b<section><p>c</p>d</section>": "<p>a</p><p>b</p><p>c</p><p>d</p>",
    "<p>a\n\nb</p>": "<p>a</p><p>b</p>",
    "<ul><li>a<ul><li>b</li></ul></li><li>c": "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
    "<strong><em></em></strong> <p> </p><p>&nbsp;</p>x": "<p>x</p>",
    "<dl><dt>t<dd>d</dl>": "<p>t</p><p>d</p>",
    "<q>said</q> <del>old</del> <kbd>k</kbd>": "<p>“said” <s>old</s> <code>k</code></p>",
    "<pre>a\n\n<b>b</b></pre>": "<pre>a\n\n<b>b</b></pre>",
    "5 < 6 &lt; 7 &amp; 8 &copy;": "<p>5 &lt; 6 &lt; 7 &amp; 8 ©</p>",
    "<a href='/z'><h3>x</h3></a>": f"<h3>{LINK}x</a></h3>",
    "<a href='#s'>x</a> <a href='/z'>y</a>": f"<p>x {LINK}y</a></p>",
    "<b>a <i>b</b> c</i> d": "<p><b>a <i>b</i></b><i> c</i> d</p>",
    "a<hr>b<br>c": "<p>a</p><hr><p>b<br>c</p>",
    "<table><tr><td>a<td><p>b</p></table>":
        "<table><tbody><tr><td>a</td><td><p>b</p></td></tr></tbody></table>",
    "<blockquote>a\n\nb</blockquote>": "<blockquote><p>a</p><p>b</p></blockquote>",
    "https://x.example/a?b=1": "<p><a href=\"https://x.example/a?b=1\" rel=\"noopener\">"
        "https://x.example/a?b=1</a></p>",
    "see https://x.example here": "<p>see https://x.example here</p>",
    "<img src=a>": f"<figure>{IMG}</figure>",
    "a <img src=a> b": f"<p>a {IMG} b</p>",
    "<img src=missing>b": "<p>b</p>",
    "<p><a href='/z'><img src=missing></a></p>": "",
    "[caption]<img src=a> Words[/caption]":
        f"<figure>{IMG}<figcaption>Words</figcaption></figure>",
    '[caption caption="Old way"]<img src=a>[/caption]':
        f"<figure>{IMG}<figcaption>Old way</figcaption></figure>",
    "[caption]<img src=missing> Words[/caption]": "<p>Words</p>",
    "[caption]no picture[/caption]": "<p>no picture</p>",
    '[gallery ids="1,2"]': f"<figure><figure>{IMG}</figure><figure>{IMG}</figure></figure>",
    "[sic] [1] [Name, 2019] [don't]": "<p>[sic] [1] [Name, 2019] [don't]</p>",
    "a\n\n[toc]\n\nb [x y=1] c [[x y=1]]": "<p>a</p><p>b  c [x y=1]</p>",
    "[row][col width=1/2]text[/col][/row]": "<p>text</p>",
    "<script>a</script>b<style>c</style><svg><p>d</p></svg>": "<p>b</p>",
    "<form>a": "<p>a</p>",
    "<video><source src=https://x.example/v.mp4>no</video>c":
        '<p><a href="https://x.example/v.mp4" rel="noopener">https://x.example/v.mp4</a></p><p>c</p>',
    "<video src=>words": "<p>words</p>",
    "<iframe src='//player.vimeo.com/video/7?x'></iframe>":
        '<p><a href="https://vimeo.com/7" rel="noopener">https://vimeo.com/7</a></p>',
    "<iframe src=https://ads.example></iframe>x": "<p>x</p>",
}  # fmt: skip
BLOCKS = {
    "<p>a\nb</p>\n\n<p>c</p>": "<p>a\nb</p><p>c</p>",
    "<!-- wp:freeform -->a\n\nb<!-- /wp:freeform --><p>c\n\nd</p>":
        "<p>a</p><p>b</p><p>c\n\nd</p>",
    '<!-- wp:block {"ref":7} /-->': "<p>Shared 7</p>",
    '<figure class="wp-block-gallery"><figure><img src=a><figcaption>A</figcaption></figure>'
    "<figcaption>All</figcaption></figure>":
        f"<figure><figure>{IMG}<figcaption>A</figcaption></figure><figcaption>All</figcaption>"
        "</figure>",
    '<ul class="blocks-gallery-grid"><li class="blocks-gallery-item"><figure><img src=a>'
    "</figure></li></ul>": f"<figure>{IMG}</figure>",
    '<figure class="wp-block-table"><table><tr><td>1</td></tr></table><figcaption>T</figcaption>'
    "</figure>": "<table><tbody><tr><td>1</td></tr></tbody></table><p>T</p>",
    '<div class="wp-block-buttons"><div><a href="/z">Go</a></div></div>': f"<p>{LINK}Go</a></p>",
}  # fmt: skip


@pytest.mark.parametrize("source", CLASSIC)
def test_classic_texts(source):
    assert converted(source) == CLASSIC[source]


@pytest.mark.parametrize("source", BLOCKS)
def test_texts_of_blocks(source):
    assert converted(f"<!-- wp:x -->{source}<!-- /wp:x -->") == BLOCKS[source]


ENDLESS = ["<a ", "<a x='", "<!--", "<!-- wp:block {", "[caption]", "[a b='", "<svg>", "<ul><li>",
           "<b><i>\n\n", "[x]", "<img src=x ", "&#x", "<![CDATA[", "\n \n"]  # fmt: skip


@pytest.mark.parametrize("piece", ENDLESS)
@pytest.mark.parametrize("end", ["", ">", "-->"])
def test_no_text_takes_long(piece, end):
    start = time.process_time()
    converted(piece * 4000 + end)
    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [("2019-03-01 10:00:00", True), ("0000-00-00 00:00:00", False), ("2019-02-30 10:00:00", False),
     ("0001-01-01 00:00:00", False), ("9999-12-31 23:59:59", False), ("", False), ("x", False)],
)  # fmt: skip
def test_only_real_dates_count(text, expected):
    assert (post_dates.stamp(text) is not None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("caf%C3%A9-society", "cafe-society"), ("%e0%a4%a8%e0%a4%ae", "nam"),
     ("नमस्ते दुनिया", "namaste-duniya"),
     ("a" * 200, "a" * 120),
     ("ПриветCBT", ""), ("../../etc", "etc"), ("Ångström", "angstrom"), ("%", ""), ("-_-", "")],
)  # fmt: skip
def test_slugs_are_plain(text, expected):
    assert slugs.plain_slug(text, 120) == expected


def test_a_taken_slug_gets_a_number_within_the_limit():
    taken = {"a" * 10, "a" * 8 + "-2"}
    assert slugs.free_slug(["a" * 20], fallback="x", taken=taken, limit=10) == "a" * 8 + "-3"
