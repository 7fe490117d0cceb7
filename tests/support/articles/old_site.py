"""A WordPress export of a whole old site: every kind, status, odd date, nesting and markup."""

from io import BytesIO, StringIO
from pathlib import Path

from django.core.files.storage import default_storage
from django.core.management import call_command
from PIL import Image as Pillow

from articles.models import Article, Author, Image, OldAddress, Origin, Page, Topic
from tests.support.articles.wxr import OLD, attachment, author, category, comment, item, tag, write

UPLOADS = f"{OLD}/wp-content/uploads"
BLOCKS = f"""<!-- wp:heading --><h2 class="wp-block-heading">A heading</h2><!-- /wp:heading -->
<!-- wp:paragraph --><p>Words &amp; <strong>more</strong>, <a href="{OLD}/2019/03/classic/">a link</a>.</p><!-- /wp:paragraph -->
<!-- wp:image {{"id":52}} --><figure class="wp-block-image"><a href="{UPLOADS}/2019/03/sea.jpg"><img
 src="{UPLOADS}/2019/03/sea-300x200.jpg" alt="The sea" class="wp-image-52"></a><figcaption>By the sea</figcaption></figure><!-- /wp:image -->
<!-- wp:list --><ul><li>One</li><li>Two<ul><li>Deeper</li></ul></li></ul><!-- /wp:list -->
<!-- wp:embed {{"url":"https://www.youtube.com/watch?v=abc"}} --><figure class="wp-block-embed"><div class="wp-block-embed__wrapper">
https://www.youtube.com/watch?v=abc
</div><figcaption>A talk</figcaption></figure><!-- /wp:embed -->
<!-- wp:gallery --><figure class="wp-block-gallery"><figure class="wp-block-image"><img class="wp-image-51" src="{UPLOADS}/2019/03/hills.png"></figure></figure><!-- /wp:gallery -->
<!-- wp:quote --><blockquote class="wp-block-quote"><p>Quoted</p><cite>Somebody</cite></blockquote><!-- /wp:quote -->
<!-- wp:table --><figure class="wp-block-table"><table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table></figure><!-- /wp:table -->
<!-- wp:code --><pre class="wp-block-code"><code>x &lt; y</code></pre><!-- /wp:code -->
<!-- wp:block {{"ref":80}} /-->
<!-- wp:html --><script>alert(1)</script><iframe src="https://ads.example/"></iframe><!-- /wp:html -->
<!-- wp:freeform -->Classic here

And here<!-- /wp:freeform -->
<!-- wp:separator --><hr class="wp-block-separator"/><!-- /wp:separator -->"""  # noqa: E501
CLASSIC = f"""The first line
and the second

<h1>Too high a heading</h1>
Words right below, [sic], with caf&eacute; &hellip; &#8377;500 &amp;lt;

[caption id="attachment_51" align="alignright" width="300"]<a href="{UPLOADS}/2019/03/hills.png"><img class="size-medium wp-image-51" src="{UPLOADS}/2019/03/hills-300x200.png" alt="" /></a> Hills at <em>dusk</em>[/caption]

[gallery ids="51,52" columns="2"]

[embed]https://vimeo.com/12345[/embed]

https://youtu.be/alone

[contact-form-7 id="9" title="Write"] [su_note color="red"]Kept words[/su_note]

[toc]

<iframe width="1" src="//www.youtube-nocookie.com/embed/xyz?rel=0"></iframe>
<ul>
  <li>a</li>
  <li>b</li>
</ul>
<blockquote>A quote

in two parts</blockquote>
<img src="{UPLOADS}/2018/01/lost.jpg" alt="Lost" />
<img src="https://other.example/hot.gif" alt="Hot" />
<video src="{UPLOADS}/2019/03/film.mp4"></video>
<svg onload=alert(1)><p>x</p></svg><object data="x.swf"></object><p onclick="alert(1)" style="color:red">Plain</p>
[[gallery]] ]]> the end"""  # noqa: E501
TOPIC = (("category", "anxious", "Anxious"), ("post_tag", "sleep", "Sleep"))
PUBLISHED, SCHEDULED, IN_REVIEW, DRAFTS, WITHDRAWN = 9, 1, 1, 9, 1
POSTS = PUBLISHED + SCHEDULED + IN_REVIEW + DRAFTS + WITHDRAWN
NEVER_SEEN = 2  # An automatic draft without a text, and a post in the bin which was a draft.
TWICE = 1
PAGES, PICTURES = 2, 2
OTHERS = {"attachment": 1, "nav_menu_item": 2, "revision": 1, "custom_css": 1,
          "wp_block": 1, "product": 1, "unknown": 1}  # fmt: skip
COMMENTS = 3


def imported(path: Path, *arguments: str) -> str:
    out = StringIO()
    call_command("import_wordpress", path, "--tags", "topics", *arguments, stdout=out)
    return out.getvalue()


def everything() -> dict[str, list]:
    """All columns of every row that an import can change, and every file."""
    rows = {m.__name__: list(m.objects.order_by("pk").values())
            for m in (Article, Author, Image, OldAddress, Origin, Page, Topic)}  # fmt: skip
    files = default_storage.listdir("pictures")[1] if default_storage.exists("pictures") else []
    through = list(Article.more_topics.through.objects.order_by("pk").values())
    return {**rows, "files": sorted(files), "through": through}


def pictures(folder: Path) -> Path:
    """The files uploaded to the old site; one has a picture's name, but is not a picture."""
    month = folder / "2019" / "03"
    month.mkdir(parents=True)
    for name, kind, colour in (("hills.png", "PNG", "teal"), ("sea.jpg", "JPEG", "navy")):
        out = BytesIO()
        Pillow.new("RGB", (60, 40), colour).save(out, kind)
        (month / name).write_bytes(out.getvalue())
    (month / "evil.png").write_bytes(b"<svg onload=alert(1)></svg>")
    return folder


def export(folder: Path) -> Path:
    return write(folder, *_head(), *_published(), *_others_by_status(), *_no_posts())


def _head() -> list[str]:
    return [
        author("meera", "Dr. Meera Nair"),
        author("first", "", "Only", "Names"),
        category("closeness", "Closeness", description="About &amp; <b>around</b> closeness"),
        category("anxious", "Anxious", parent="closeness"),
        category("empty", "Nobody wrote here"),
        category("round", "Round", parent="circle"),
        category("circle", "Circle", parent="round"),
        tag("sleep", "Sleep"),
        tag("%e0%a4%a8%e0%a5%80%e0%a4%82%e0%a4%a6", "नींद"),
    ]


def _published() -> list[str]:
    """The nine that readers could see."""
    hindi = "%e0%a4%a8%e0%a4%ae%e0%a4%b8%e0%a5%8d%e0%a4%a4%e0%a5%87"
    meta = {"_thumbnail_id": "51", "_wp_old_slug": "before"}
    return [
        item(1, "Blocks &amp; <em>more</em>", BLOCKS, slug="blocks", terms=TOPIC, meta=meta,
             comments=comment() + comment()),
        item(2, "Classic", CLASSIC, slug="classic", creator="first", excerpt="Its <b>own</b> words",
             meta={"_thumbnail_id": "53"}, comments=comment()),
        item(3, "नमस्ते", "<p>हिन्दी में</p>", slug=hindi,
             terms=(("post_tag", "%e0%a4%a8%e0%a5%80%e0%a4%82%e0%a4%a6", "नींद"),)),
        item(4, "Reserved", slug="topics", creator="nobody@old.example"),
        item(5, "Twin", slug="twin", terms=(("category", "round", "Round"),)),
        item(6, "Twin", slug="twin", guid="", link=f"{OLD}/?p=6", creator=""),
        item(7, "No zone", gmt="0000-00-00 00:00:00", terms=(("category", "uncategorized", "U"),)),
        item(8, "Feed's date alone", date="0000-00-00 00:00:00", gmt="2019-02-30 99:00:00"),
        item(9, "T" * 200, "<p>Teaser first.</p><!--more--><p>The rest.</p>", slug="s" * 150),
    ]  # fmt: skip


def _others_by_status() -> list[str]:
    zero = {"gmt": "0000-00-00 00:00:00", "pub": "Wed, 30 Nov -0001 00:00:00 +0000"}
    trash = {"_wp_trash_meta_status": "publish", "_wp_desired_post_slug": "binned"}
    return [
        item(20, "Later", status="future", date="2180-01-01 05:30:00", gmt="2180-01-01 00:00:00"),
        item(21, "Draft", status="draft", slug="", link=f"{OLD}/?p=21", **zero),
        item(22, "Pending", status="pending", **zero),
        item(23, "Private", status="private"),
        item(24, "Behind a password", post_password="open"),
        item(25, "Auto with words", status="auto-draft", **zero),
        item(26, "Inherits", status="inherit"),
        item(27, "A plugin's status", status="archived"),
        item(28, "Published empty", "<!-- nothing -->"),
        item(29, "Published never", date="0000-00-00 00:00:00", **zero),
        item(30, "", "<p>A draft with no title, though with words.</p>", status="draft", **zero),
        item(31, "Binned", status="trash", slug="binned__trashed", meta=trash),
        item(32, "Auto Draft", "", status="auto-draft", **zero),
        item(33, "Never seen", status="trash", meta={"_wp_trash_meta_status": "draft"}),
        item(5, "Twin", slug="twin"),
    ]


def _no_posts() -> list[str]:
    return [
        item(40, "About us", kind="page"),
        item(41, "Contact", kind="page", status="draft"),
        attachment(51, "2019/03/hills.png", 1),
        attachment(52, "2019/03/sea.jpg", meta={"_wp_attachment_image_alt": "Waves"}),
        attachment(53, "2019/03/evil.png"),
        item(60, "", kind="nav_menu_item"),
        item(61, "Home", kind="nav_menu_item"),
        item(62, "Blocks", kind="revision", status="inherit"),
        item(63, "css", kind="custom_css"),
        item(64, "A thing to buy", kind="product"),
        item(65, "Of no kind", kind=""),
        item(80, "Shared", "<!-- wp:paragraph --><p>Shared words.</p><!-- /wp:paragraph -->",
             kind="wp_block"),
    ]  # fmt: skip
