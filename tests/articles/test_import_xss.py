"""The corpus of hostile markup through both imports: 0 of it reaches a page as markup."""

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client

from articles.imports import front_matter
from articles.models import Article, Author, Topic
from tests.support.articles.wxr import attachment, author, category, item, write
from tests.support.thorough import THOROUGH, some
from tests.support.xss import ALL, PAYLOADS, live_markup

NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
# The feed, the sitemap and the lists show titles and excerpts too.
LISTS = ("/", "/articles/", "/articles/feed.xml")


def wordpress(folder: Path) -> Path:
    """Each payload as two posts, of blocks and classic, and as every other text of an export."""
    parts = []
    for number, (_kind, payload) in enumerate(PAYLOADS, 1):
        text = NOT_XML.sub("", payload)
        body = f"Before\n\n{text}\n\nAfter"
        blocks = f"<!-- wp:paragraph --><p>Before {text} after</p><!-- /wp:paragraph -->{text}"
        terms = (("category", f"c-{number}", text),)
        more = {"terms": terms, "creator": f"a{number}", "excerpt": text}
        parts += [
            author(f"a{number}", text),
            category(f"c-{number}", text, description=text),
            attachment(2000 + number, f"x/{number}.png", meta={"_wp_attachment_image_alt": text}),
            item(number, text, body, slug=f"classic-{number}", **more),
            item(1000 + number, f"T {text}", blocks, slug=f"blocks-{number}", **more),
        ]
    return write(folder, *parts)


def markdown(folder: Path) -> Path:
    """The same as a folder of articles: payloads as Markdown, as HTML, and as every field."""
    (folder / "articles").mkdir(parents=True)
    library: dict = {"format": 1, "topics": [], "authors": []}
    for number, (_kind, payload) in enumerate(PAYLOADS, 1):
        slug = f"x-{number}"
        library["topics"].append({"slug": slug, "title": payload[:120], "description": payload})
        library["authors"].append({"slug": slug, "name": payload[:120], "bio": payload,
                                   "credentials": payload[:200]})  # fmt: skip
        fields = {"title": payload[:160], "topic": slug, "author": slug, "excerpt": payload,
                  "sources": f"{payload}\n{payload}\n\nT\nhttps://x.example/{payload}",
                  "status": "published", "publish_at": "2024-01-01T00:00:00+00:00"}  # fmt: skip
        for layout in ("tight", "html"):
            whole = {"slug": f"{layout}-{number}", **fields, "layout": layout}
            text = f"Before\n\n{payload}\n\n- {payload}\n\n<p>After {payload}</p>"
            path = folder / "articles" / f"{layout}-{number}.md"
            path.write_bytes(front_matter.join(whole, text).encode())
    (folder / "library.yaml").write_bytes(front_matter.dump(library).encode())
    return folder


def pages() -> list[str]:
    rows = [*Article.objects.published(), *Topic.objects.all(), *Author.objects.all()]
    return [*(row.get_absolute_url() for row in rows), *LISTS]


@pytest.mark.trust
@pytest.mark.parametrize(
    ("command", "make_file"), [("import_wordpress", wordpress), ("import_articles", markdown)]
)
@pytest.mark.django_db
def test_nothing_of_the_corpus_is_markup_on_any_page(tmp_path, command, make_file, capsys):
    call_command(command, make_file(tmp_path / "in" if make_file is markdown else tmp_path),
                 stdout=StringIO())  # fmt: skip
    visitor, live = Client(), {}
    addresses = pages()
    for address in some(addresses, 2):
        answer = visitor.get(address)
        assert answer.status_code == 200
        parts = live_markup(answer.content.decode())
        if parts:
            live[address] = parts
    with capsys.disabled():
        summary = f"{len(PAYLOADS)} payloads, {len(addresses)} pages, {len(live)} live"
        print(f"\nXSS through {command}: {summary}")
    assert not live
    assert len(addresses) > 2 * len(PAYLOADS)


def test_the_corpus_is_large_and_the_hunt_is_not_blind():
    """Most payloads act by themselves when nothing cleans them, and the hunt sees it."""
    seen = [text for _kind, text in ALL if live_markup(f"<div>{text}</div>")]
    assert len(ALL) == len({text for _kind, text in ALL}) >= 150
    assert len(seen) >= 180


@pytest.mark.parametrize(
    "page",
    ["<p>xss(1) &lt;script&gt;xss(1)&lt;/script&gt;</p>", '<a href="https://e.example/xss-1">x</a>',
     '<script type="application/ld+json">{"a": "\\u003Cscript\\u003Exss(1)"}</script>',
     '<meta name="description" content="<script>xss(1)</script>">', "<p title='xss(1)'>x</p>",
     '<textarea name="body">&lt;script&gt;xss(1)&lt;/script&gt;</textarea>',
     '<input value="<script>xss(1)</script>">', '<script src="/static/a.js"></script>'],
)  # fmt: skip
def test_what_is_only_told_is_no_find(page):
    assert live_markup(page) == []


# Where it matters most how a real browser builds a page from its markup.
OF_THE_PARSER = {"script elements", "mutations", "carriers", "break-outs"}
SETTLED = """() => {
  const acts = [...document.querySelectorAll('a, area, form')].filter(e =>
    !['http:', 'https:', 'mailto:', 'tel:', ':'].includes(new URL(e.href || e.action || '/', document.baseURI).protocol));
  for (const element of document.querySelectorAll('main *'))
    for (const name of ['mouseover', 'pointerenter', 'focus', 'input', 'toggle', 'error', 'load'])
      element.dispatchEvent(new Event(name));
  return [window.ran, acts.length];
}"""  # noqa: E501


@pytest.mark.trust
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_nothing_of_the_corpus_runs_in_chromium(chromium_browser, live_server, tmp_path, capsys):
    """Without the content policy, which would hide what got through."""
    call_command("import_wordpress", wordpress(tmp_path), stdout=StringIO())
    context = chromium_browser.new_context(bypass_csp=True, base_url=live_server.url)
    context.add_init_script("window.ran = []; window.xss = n => { window.ran.push(n); };")
    strangers: list[str] = []
    context.on(
        "request", lambda r: None if r.url.startswith(live_server.url) else strangers.append(r.url)
    )
    page = context.new_page()
    numbers = [n for n, (kind, _text) in enumerate(PAYLOADS, 1) if kind in OF_THE_PARSER]
    addresses = [f"/articles/classic-{number}/" for number in numbers]
    for address in addresses:
        answer = page.goto(address, wait_until="load")
        assert answer is not None
        assert answer.status in (200, 404), (
            address
        )  # 404: nothing was left of it, so it is a draft.
        assert page.evaluate(SETTLED) == [[], 0], address
    context.close()
    with capsys.disabled():
        print(f"\nXSS in Chromium: {len(addresses)} pages, 0 ran, {len(strangers)} calls elsewhere")
    assert not strangers
    assert len(addresses) > (80 if THOROUGH else 15)
