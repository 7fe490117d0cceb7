"""A WordPress export with everything that a move can lose, as WordPress 6 and .com write it."""

import json
from io import BytesIO
from pathlib import Path

from PIL import Image as Pillow

from tests.support.articles.wxr import author, cdata, item, write

OLD = "https://old.example"
COM = "https://oldsite.files.wordpress.com"
NOTES = json.dumps([
    {"id": "n1", "content": "A note that <em>explains</em>."},
    {"id": "n2", "content": "Bowlby 1969, page 12."},
])  # fmt: skip
BODY = f"""<!-- wp:paragraph --><p>Closeness begins early<sup data-fn="n1" class="fn"><a href="#n1" id="n1-link">1</a></sup>, and <a href="{OLD}/category/bonds/">bonds</a> last<sup data-fn="n2" class="fn"><a href="#n2" id="n2-link">2</a></sup>. See <a href="{OLD}/about/">about us</a> and <a href="{OLD}/wp-content/uploads/2020/01/sheet.pdf">the work sheet</a>.</p><!-- /wp:paragraph -->
<!-- wp:cover {{"url":"{COM}/2008/06/sea.jpg","id":51}} --><div class="wp-block-cover"><div role="img" class="wp-block-cover__image-background has-parallax" style="background-position:50% 50%;background-image:url({COM}/2008/06/sea.jpg?w=1024)"></div><div class="wp-block-cover__inner-container"><p>Words over the sea</p></div></div><!-- /wp:cover -->
<!-- wp:gallery --><figure class="wp-block-gallery has-nested-images"><!-- wp:image {{"id":52}} --><figure class="wp-block-image"><img src="https://i0.wp.com/oldsite.files.wordpress.com/2008/06/dance.gif?w=300&amp;ssl=1" alt="A dance"/><figcaption class="wp-element-caption">They dance</figcaption></figure><!-- /wp:image --><!-- wp:image --><figure class="wp-block-image"><img src="{OLD}/wp-content/uploads/2020/01/hill-300x200.png" alt="A hill"/></figure><!-- /wp:image --><figcaption class="blocks-gallery-caption">Two pictures</figcaption></figure><!-- /wp:gallery -->
<!-- wp:buttons --><div class="wp-block-buttons"><div class="wp-block-button"><a class="wp-block-button__link" href="{OLD}/?p=2">Read the second</a></div></div><!-- /wp:buttons -->
<!-- wp:details --><details class="wp-block-details"><summary>More about it</summary><p>Hidden words</p></details><!-- /wp:details -->
<!-- wp:footnotes /-->
<!-- wp:paragraph --><p>The last words.</p><!-- /wp:paragraph -->"""  # noqa: E501
SAID = """Closeness begins early1, and bonds last2. See about us and the work sheet. Words over the
sea They dance Two pictures Read the second More about it Hidden words A note that explains. Bowlby
1969, page 12. The last words."""
HINDI = "%e0%a4%a8%e0%a5%80%e0%a4%82%e0%a4%a6-%e0%a4%94%e0%a4%b0-%e0%a4%ae%e0%a4%a8"
TAGGED = (("category", "grief", "Grief"), ("category", "bonds", "Bonds"),
          ("post_tag", "rare", "Rare"), ("post_tag", "often", "Often"))  # fmt: skip
# Every address at which the old site answered, and where it leads.
ADDRESSES = {
    "/2020/01/first/": "/articles/first/",
    "/2020/01/first": "/articles/first/",
    "/2020/01/first/feed/": "/articles/first/",
    "/2020/01/first/amp/": "/articles/first/",
    "/2020/01/older/": "/articles/first/",
    "/2020/01/oldest/": "/articles/first/",
    "/?p=1": "/articles/first/",
    "/2020/01/नींद-और-मन/": "/articles/nind-aur-man/",
    "/?page_id=20": "/about/",
    "/practice/team/": "/team/",
    "/practice/team": "/team/",
    "/category/bonds/": "/articles/topics/bonds/",
    "/category/love/bonds/page/2/": "/articles/topics/bonds/",
    "/category/bonds/feed/": "/articles/feed.xml",
    "/?cat=7": "/articles/topics/bonds/",
    "/tag/often/": "/articles/topics/often/",
    "/tag/rare/": "/articles/search/?q=Rare",
    "/?tag=often": "/articles/topics/often/",
    "/author/meera/": "/articles/authors/dr-meera-nair/",
    "/?author=3": "/articles/authors/dr-meera-nair/",
    "/feed/": "/articles/feed.xml",
    "/feed/atom/": "/articles/feed.xml",
    "/comments/feed/": "/articles/feed.xml",
    "/2020/01/": "/articles/",
    "/page/2/": "/articles/",
}
UPLOADS = ["/wp-content/uploads/2020/01/hill.png", "/wp-content/uploads/2020/01/hill-300x200.png",
           "/2008/06/sea.jpg", "/?attachment_id=51"]  # fmt: skip


def attachment(number: int, address: str, name: str) -> str:
    return item(number, name, "", kind="attachment", status="inherit", terms=(),
                slug=f"at-{number}", meta={"_wp_attached_file": name}, attachment_url=address,
                link=f"{OLD}/at-{number}/")  # fmt: skip


def uploads(folder: Path) -> Path:
    for name, kind in (("2008/06/sea.jpg", "JPEG"), ("2008/06/dance.gif", "GIF"),
                       ("2020/01/hill.png", "PNG"), ("2020/01/unused.png", "PNG")):  # fmt: skip
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        out = BytesIO()
        frames = [Pillow.new("RGB", (60, 40), colour) for colour in ("navy", "teal")]
        more = {"save_all": True, "append_images": frames[1:]} if kind == "GIF" else {}
        frames[0].save(out, kind, **more)
        path.write_bytes(out.getvalue())
    (folder / "2020/01/sheet.pdf").write_bytes(b"%PDF-1.4\n")
    return folder


def _category(number: int, slug: str, name: str, parent: str = "") -> str:
    return (
        f"<wp:category><wp:term_id>{number}</wp:term_id><wp:category_nicename>{cdata(slug)}"
        f"</wp:category_nicename><wp:category_parent>{cdata(parent)}</wp:category_parent>"
        f"<wp:cat_name>{cdata(name)}</wp:cat_name></wp:category>\n"
    )


def export(folder: Path) -> Path:
    """With the namespaces of version 1.2 under https, as some published files have them."""
    meera = author("meera", "Dr. Meera Nair").replace(
        "<wp:author_login>", "<wp:author_id>3</wp:author_id><wp:author_login>"
    )
    dated = {"post_modified": "2021-05-05 10:00:00", "post_modified_gmt": "2021-05-05 04:30:00"}
    slugs = "".join(
        f"<wp:postmeta><wp:meta_key>_wp_old_slug</wp:meta_key><wp:meta_value>{cdata(slug)}"
        "</wp:meta_value></wp:postmeta>"
        for slug in ("older", "oldest")
    )
    meta = {"footnotes": NOTES, "_yoast_wpseo_metadesc": "Why closeness lasts.",
            "_yoast_wpseo_primary_category": "7", "_elementor_data": "x" * 9000}  # fmt: skip
    path = write(
        folder, meera, _category(6, "love", "Love"), _category(7, "bonds", "Bonds", "love"),
        _category(8, "grief", "Grief"),
        item(1, "First", BODY, slug="first", link=f"{OLD}/2020/01/first/", terms=TAGGED, meta=meta,
             is_sticky="1", comments=slugs, **dated),
        item(2, "Second", "<p>Words of the second.</p>", slug="second",
             link=f"{OLD}/2020/01/second/", terms=TAGGED[3:], meta={"footnotes": NOTES}),
        item(3, "नींद और मन", "<p>हिन्दी के शब्द</p>", slug=HINDI, link=f"{OLD}/2020/01/{HINDI}/"),
        item(20, "About us", f'<p>We are here. <a href="{OLD}/2020/01/first">Read</a></p>',
             kind="page", slug="about", link=f"{OLD}/about/", terms=(), **dated),
        item(21, "Team", "<p>Who we are.</p>", kind="page", slug="team",
             link=f"{OLD}/practice/team/", terms=(), post_parent="20"),
        item(22, "Privacy", "<p>Our notice.</p>", kind="page", slug="privacy",
             link=f"{OLD}/privacy/", terms=(), status="draft"),
        attachment(51, f"{COM}/2008/06/sea.jpg", "2008/06/sea.jpg"),
        attachment(52, f"{COM}/2008/06/dance.gif", "2008/06/dance.gif"),
        attachment(53, f"{OLD}/wp-content/uploads/2020/01/hill.png", "2020/01/hill.png"),
        attachment(54, f"{OLD}/wp-content/uploads/2020/01/unused.png", "2020/01/unused.png"),
        attachment(55, f"{OLD}/wp-content/uploads/2020/01/sheet.pdf", "2020/01/sheet.pdf"),
    )  # fmt: skip
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("http://wordpress.org/", "https://wordpress.org/"), "utf-8")
    return path
