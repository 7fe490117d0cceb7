"""WordPress export files for tests: one function for each kind of element."""

from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

OLD = "https://old.example"
HEAD = """<?xml version="1.0" encoding="{encoding}"?>
<!-- made for tests -->
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>The Old Site &amp; Co</title><link>{old}</link>
<wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>{old}</wp:base_site_url><wp:base_blog_url>{old}</wp:base_blog_url>
"""
TAIL = "</channel></rss>\n"


def cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def author(login: str, name: str = "", first: str = "", last: str = "") -> str:
    return (
        f"<wp:author><wp:author_login>{cdata(login)}</wp:author_login>"
        f"<wp:author_email>{cdata(login + '@old.example')}</wp:author_email>"
        f"<wp:author_display_name>{cdata(name)}</wp:author_display_name>"
        f"<wp:author_first_name>{cdata(first)}</wp:author_first_name>"
        f"<wp:author_last_name>{cdata(last)}</wp:author_last_name></wp:author>\n"
    )


def category(slug: str, name: str, parent: str = "", description: str = "") -> str:
    return (
        f"<wp:category><wp:category_nicename>{cdata(slug)}</wp:category_nicename>"
        f"<wp:category_parent>{cdata(parent)}</wp:category_parent>"
        f"<wp:cat_name>{cdata(name)}</wp:cat_name>"
        f"<wp:category_description>{cdata(description)}</wp:category_description></wp:category>\n"
    )


def tag(slug: str, name: str) -> str:
    named = f"<wp:tag_name>{cdata(name)}</wp:tag_name>"
    return f"<wp:tag><wp:tag_slug>{slug}</wp:tag_slug>{named}</wp:tag>\n"


def comment(words: str = "A comment") -> str:
    return f"<wp:comment><wp:comment_content>{cdata(words)}</wp:comment_content></wp:comment>"


def item(
    number: int | str,
    title: str = "A post",
    body: str = "<p>Words of a post.</p>",
    *,
    kind: str = "post",
    status: str = "publish",
    slug: str | None = None,
    date: str = "2019-03-18 14:30:00",
    gmt: str = "2019-03-18 09:00:00",
    pub: str = "Mon, 18 Mar 2019 09:00:00 +0000",
    terms: tuple[tuple[str, str, str], ...] = (("category", "closeness", "Closeness"),),
    meta: dict[str, str] | None = None,
    creator: str = "meera",
    excerpt: str = "",
    link: str | None = None,
    guid: str | None = None,
    **more: str,
) -> str:
    """`more`: further wp: elements, such as post_parent; `comments` is inserted unescaped."""
    slug = f"post-{number}" if slug is None else slug
    link = f"{OLD}/2019/03/{slug}/" if link is None else link
    guid = f"{OLD}/?p={number}" if guid is None else guid
    comments = more.pop("comments", "")
    texts = {"post_id": str(number), "post_date": date, "post_date_gmt": gmt, "post_name": slug,
             "status": status, "post_type": kind, "comment_status": "open", **more}  # fmt: skip
    return "".join([
        f"<item><title>{cdata(title)}</title><link>{escape(link)}</link><pubDate>{pub}</pubDate>",
        f"<dc:creator>{cdata(creator)}</dc:creator>",
        f'<guid isPermaLink="false">{escape(guid)}</guid>',
        f"<description></description><content:encoded>{cdata(body)}</content:encoded>",
        f"<excerpt:encoded>{cdata(excerpt)}</excerpt:encoded>",
        *(f"<wp:{name}>{cdata(text)}</wp:{name}>" for name, text in texts.items()),
        *(f"<category domain={quoteattr(d)} nicename={quoteattr(s)}>{cdata(n)}</category>"
          for d, s, n in terms),
        *(f"<wp:postmeta><wp:meta_key>{cdata(k)}</wp:meta_key><wp:meta_value>{cdata(v)}"
          "</wp:meta_value></wp:postmeta>" for k, v in (meta or {}).items()),
        comments,
        "</item>\n",
    ])  # fmt: skip


def attachment(number: int, name: str, parent: int = 0, **more) -> str:
    """A picture that was uploaded as `name`, such as 2019/03/hills.jpg."""
    meta = {"_wp_attached_file": name} | more.pop("meta", {})
    return item(number, name, "", kind="attachment", status="inherit", meta=meta, terms=(),
                post_parent=str(parent), attachment_url=f"{OLD}/wp-content/uploads/{name}",
                **more)  # fmt: skip


def document(*parts: str, encoding: str = "UTF-8") -> str:
    return HEAD.format(encoding=encoding, old=OLD) + "".join(parts) + TAIL


def write(folder: Path, *parts: str, name: str = "old.xml") -> Path:
    path = folder / name
    path.write_text(document(*parts), encoding="utf-8")
    return path
