"""Videos of other sites: which addresses count, what a page with one may load, and that no other
page may."""

import pytest
from django.utils.html import escape
from playwright.sync_api import expect

from articles.richtext import clean, render
from articles.text_parts.videos import HOSTS, drawn, of
from psywellpath.headers import permissions
from tests.support.articles.factories import article
from tests.support.browsing import violations
from tests.support.serving.observatory import policy
from tests.support.xss import PAYLOADS, live_markup

KEY = "abcdefghi_-"
STORED = (
    f'<figure><a href="https://youtu.be/{KEY}" rel="noopener">Breathing &amp; rest</a></figure>'
)


@pytest.mark.parametrize(
    "address",
    [
        f"https://www.youtube.com/watch?v={KEY}",
        f"https://youtube.com/watch?app=desktop&v={KEY}&t=30",
        f"https://m.youtube.com/watch?v={KEY}#top",
        f"https://youtu.be/{KEY}?si=x",
        f"https://www.youtube.com/shorts/{KEY}",
        f"https://www.youtube.com/live/{KEY}",
        f"https://www.youtube-nocookie.com/embed/{KEY}",
    ],
)
def test_an_address_of_a_video_has_one_player(address):
    video = of(address)
    assert video
    assert video.page == f"https://www.youtube.com/watch?v={KEY}"
    assert video.player == f"https://www.youtube-nocookie.com/embed/{KEY}?autoplay=1&rel=0"
    assert video.host.origin == "https://www.youtube-nocookie.com"


@pytest.mark.parametrize(
    "address", ["https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?h=1"]
)
def test_vimeo_is_asked_not_to_follow_anybody(address):
    video = of(address)
    assert video
    assert video.player == "https://player.vimeo.com/video/76979871?autoplay=1&dnt=1"
    assert video.page == "https://vimeo.com/76979871"


@pytest.mark.parametrize(
    "address",
    [
        f"http://www.youtube.com/watch?v={KEY}",
        f"https://www.youtube.com.evil.example/watch?v={KEY}",
        f"https://evil.example/https://youtu.be/{KEY}",
        f"https://youtu.be/{KEY}x",
        "https://youtu.be/short",
        f"https://www.youtube.com/watch#?v={KEY}",
        "https://www.youtube.com/@somebody",
        "https://vimeo.com/12345", "https://vimeo.com/channels/7", "https://vimeo.com/1234567890123",
        f"https://youtu.be@evil.example/{KEY}",
        "/articles/", "",
    ],
)  # fmt: skip
def test_no_other_address_does(address):
    assert of(address) is None
    html = f'<figure><a href="{escape(address)}" rel="noopener">Title</a></figure>'
    assert drawn(html, lambda _video: "card") == (html, ())


def test_a_figure_with_more_than_a_link_stays_as_it_is():
    for html in (f"<p>{STORED[8:-9]}</p>", STORED.replace("Breathing", "<em>Breathing</em>"),
                 STORED.replace("</figure>", "<figcaption>x</figcaption></figure>")):  # fmt: skip
        assert drawn(html, lambda _video: "card") == (html, ())


@pytest.mark.trust
def test_nothing_that_is_typed_as_a_video_becomes_live():
    """In the title and in the address, each payload of the corpus."""
    for _kind, payload in PAYLOADS:
        titled = STORED.replace("Breathing &amp; rest", payload)
        for typed in (titled, STORED.replace(KEY, payload), STORED.replace(KEY, KEY + payload)):
            prose = render(clean(typed.replace("\x00", "")))
            assert not live_markup(prose.html), typed
            assert set(prose.players) <= {host.origin for host in HOSTS}


def test_only_the_page_with_a_video_may_frame_its_player(client, db):
    article(body=STORED)
    article("without")
    page, other = client.get("/articles/a-safe-place/"), client.get("/articles/without/")
    allowed = policy(page["Content-Security-Policy"])
    assert allowed.pop("frame-src") == ["https://www.youtube-nocookie.com"]
    assert sorted(allowed) == sorted(policy(other["Content-Security-Policy"]))
    assert page["Cross-Origin-Embedder-Policy"] == "unsafe-none"
    assert 'fullscreen=(self "https://www.youtube-nocookie.com")' in page["Permissions-Policy"]
    assert "frame-src" not in other["Content-Security-Policy"]
    assert other["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert other["Permissions-Policy"] == permissions()
    html = page.content.decode()
    assert "<iframe" not in html
    assert "js/video.js" in html
    assert "Breathing &amp; rest" in html
    assert "before you press play" in html
    assert "js/video.js" not in other.content.decode()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_nothing_is_loaded_from_elsewhere_before_the_press(open_page):
    """On a page that has every other part of a text, too, and is accessible."""
    box = "<aside><h2>When to get help</h2><p>Today.<sup>1</sup></p></aside>"
    article(body=f"{box}{STORED}<hr><ol><li>A note, with words before its sign.</li></ol>")
    page = open_page("/")
    asked: list[str] = []
    player = "https://www.youtube-nocookie.com/**"
    page.route(player, lambda route: route.fulfill(body="<p>player</p>", content_type="text/html"))
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/articles/a-safe-place/")
    page.wait_for_load_state("load")
    assert not [url for url in asked if "youtu" in url]
    assert violations(page) == []
    page.get_by_role("link", name="Breathing & rest").click()
    expect(page.frame_locator("iframe").locator("p")).to_have_text("player")
    assert [url for url in asked if "youtu" in url] == [HOSTS[0].player.format(KEY)]
