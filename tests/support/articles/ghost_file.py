"""A Ghost export with everything that a move can lose, as Ghost 5 writes it."""

import json
from pathlib import Path

from tests.support.articles.image_files import encoded

AT = "__GHOST_URL__"
PICTURES = f"{AT}/content/images"
BODY = f"""<p>Closeness begins <strong>early</strong>. See <a href="{AT}/second/">the second</a>, <a href="{AT}/about/">about us</a>, <a href="{AT}/tag/bonds/">bonds</a> and <a href="{AT}/content/files/2021/sheet.pdf">the sheet</a>.</p>
<figure class="kg-card kg-image-card kg-card-hascaption"><img src="{PICTURES}/size/w600/2021/01/sea.jpg" class="kg-image" alt="The sea" srcset="{PICTURES}/size/w600/2021/01/sea.jpg 600w"><figcaption>By the sea</figcaption></figure>
<figure class="kg-card kg-gallery-card"><div class="kg-gallery-container"><div class="kg-gallery-row"><div class="kg-gallery-image"><img src="{PICTURES}/2021/01/hill.png" alt="A hill"></div></div></div><figcaption>Two views</figcaption></figure>
<figure class="kg-card kg-bookmark-card"><a class="kg-bookmark-container" href="https://example.org/study"><div class="kg-bookmark-content"><div class="kg-bookmark-title">A study</div><div class="kg-bookmark-description">What they found</div><div class="kg-bookmark-metadata"><img class="kg-bookmark-icon" src="https://example.org/favicon.ico" alt=""><span class="kg-bookmark-author">Example</span></div></div></a></figure>
<div class="kg-card kg-callout-card kg-callout-card-blue"><div class="kg-callout-emoji">!</div><div class="kg-callout-text">Take care</div></div>
<div class="kg-card kg-toggle-card" data-kg-toggle-state="close"><div class="kg-toggle-heading"><h4 class="kg-toggle-heading-text">More about it</h4><button class="kg-toggle-card-icon"><svg><path d="M0"></path></svg></button></div><div class="kg-toggle-content"><p>Hidden words</p></div></div>
<figure class="kg-card kg-embed-card"><iframe width="200" src="https://www.youtube.com/embed/abc?feature=oembed"></iframe></figure>
<div class="kg-card kg-audio-card"><div class="kg-audio-player-container"><audio src="{AT}/content/media/talk.mp3" preload="metadata"></audio><div class="kg-audio-title">A talk</div><div class="kg-audio-player"><button>Play</button><span>0:00</span></div></div></div>
<!--kg-card-begin: html--><script>alert(1)</script><p onclick="alert(1)">Plain words</p><!--kg-card-end: html-->
<p>The last words.</p>"""  # noqa: E501
SAID = """Closeness begins early. See the second, about us, bonds and the sheet. By the sea Two
views A study What they found Example ! Take care More about it Hidden words
https://www.youtube.com/watch?v=abc /content/media/talk.mp3 A talk Plain words The last words."""
ADDRESSES = {
    "/first/": "/articles/first/",
    "/first": "/articles/first/",
    "/blog/2021/first/": "/articles/first/",
    "/p/u-1/": "/articles/first/",
    "/tag/bonds/": "/articles/topics/bonds/",
    "/tag/bonds/page/2/": "/articles/topics/bonds/",
    "/tag/bonds/rss/": "/articles/feed.xml",
    "/tag/rare/": "/articles/search/?q=Rare",
    "/author/meera/": "/articles/authors/dr-meera-nair/",
    "/author/meera/rss/": "/articles/feed.xml",
    "/rss/": "/articles/feed.xml",
}
UPLOADS = ["/content/images/2021/01/sea.jpg", "/content/images/2021/01/hill.png",
           "/content/images/unused.png"]  # fmt: skip


def post(number: int, slug: str, html: str, **fields: object) -> dict:
    return {
        "id": f"{number:024}", "uuid": f"u-{number}", "title": slug.capitalize(), "slug": slug,
        "html": html, "lexical": "{}", "plaintext": "", "feature_image": None, "featured": 0,
        "type": "post", "status": "published", "visibility": "public",
        "created_at": "2021-01-01T08:00:00.000Z", "updated_at": "2022-05-05T10:00:00.000Z",
        "published_at": "2021-01-02T09:30:00.000Z", "custom_excerpt": None,
        "codeinjection_head": None, "codeinjection_foot": None,
    } | fields  # fmt: skip


def export(folder: Path, *more: dict) -> Path:
    posts = [
        post(1, "first", BODY, feature_image=f"{PICTURES}/2021/01/hill.png", featured=1,
             custom_excerpt="Why closeness lasts."),
        post(2, "second", "<p>Second words.</p>"),
        post(3, "about", f'<p>About us. <a href="{AT}/first/">First</a></p>', type="page"),
        post(4, "paid", "<p>For members.</p>", visibility="paid"),
        post(5, "idea", "<p>An idea.</p>", status="draft", published_at=None),
        post(6, "letter", "<p>By email.</p>", status="sent"),
        post(7, "later", "<p>Later.</p>", status="scheduled",
             published_at="2099-01-02T09:30:00.000Z"),
        *more,
    ]  # fmt: skip
    tags = [("t1", "bonds", "Bonds", "public"), ("t2", "hash-x", "#x", "internal"),
            ("t3", "rare", "Rare", "public")]  # fmt: skip
    data = {
        "posts": posts,
        "tags": [dict(zip(("id", "slug", "name", "visibility"), row, strict=True)) for row in tags],
        "posts_tags": [
            {"post_id": f"{1:024}", "tag_id": tag, "sort_order": place}
            for place, tag in enumerate(("t1", "t2", "t3"))
        ],
        "users": [{"id": "a1", "name": "Dr. Meera Nair", "slug": "meera"},
                  {"id": "a2", "name": "Vikram Sen", "slug": "vikram"}],
        "posts_authors": [
            {"post_id": row["id"], "author_id": who, "sort_order": place}
            for row in posts
            for place, who in enumerate(("a1", "a2")[: 2 if row is posts[0] else 1])
        ],
        "posts_meta": [{"post_id": f"{1:024}", "feature_image_alt": "A hill at dawn",
                        "feature_image_caption": "Dawn, 2021"}],
        "settings": [{"key": "title", "value": "Old site"}],
    }  # fmt: skip
    path = folder / "ghost.json"
    path.write_text(json.dumps({"db": [{"meta": {"version": "5.80.0"}, "data": data}]}))
    return path


def uploads(folder: Path) -> Path:
    for name, kind in (("2021/01/sea.jpg", "JPEG"), ("2021/01/hill.png", "PNG"),
                       ("unused.png", "PNG"), ("size/w600/2021/01/sea.jpg", "JPEG")):  # fmt: skip
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encoded(kind))
    return folder
