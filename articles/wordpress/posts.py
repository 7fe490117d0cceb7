"""The fields of the article that a post becomes: status, dates, texts, old addresses."""

import re
from datetime import datetime, tzinfo
from urllib.parse import unquote, urlsplit

from articles import richtext
from articles.models import Article
from articles.wordpress import post_dates, wxr
from articles.wordpress.topics_and_authors import words

Status = Article.Status
EXCERPT, TITLE, ADDRESS = 320, 160, 500
# What each status becomes. An import never publishes what readers could not see before.
STATUSES = {
    "publish": Status.PUBLISHED,
    "future": Status.SCHEDULED,
    "draft": Status.DRAFT,
    "pending": Status.REVIEW,
    "private": Status.DRAFT,
    "auto-draft": Status.DRAFT,
    "inherit": Status.DRAFT,
    "trash": Status.WITHDRAWN,
}
# Their date is a date of publication, even if the article becomes a draft.
WITH_DATE = {"publish", "private"}
_MORE = re.compile(r"<!--\s?more\b.{0,200}?-->", re.DOTALL)
_NO_PROSE = re.compile(
    r"<(figure|table|pre|h[234]|ul|ol|blockquote)>.*?</\1>|<p><a [^>]*>https?:[^<]*</a></p>",
    re.DOTALL,
)


def reason_to_skip(item: wxr.Item) -> str:
    """Why WordPress itself does not count the item as a post; empty for a post."""
    if item["wp:status"] == "auto-draft" and not item["written"]:
        return "automatic drafts without a text"
    if item["wp:status"] == "trash" and item.meta.get("_wp_trash_meta_status") != "publish":
        return "posts in the bin that readers never saw"
    return ""


def status_of(item: wxr.Item, date: datetime | None, now: datetime) -> tuple[Article.Status, str]:
    """The article's status, and a note on what an editor should check."""
    status = STATUSES.get(item["wp:status"], Status.DRAFT)
    if status in (Status.DRAFT, Status.REVIEW):
        return status, "" if item["wp:status"] in STATUSES else "unknown status: drafts"
    if item["wp:post_password"]:
        return Status.DRAFT, "protected by a password: drafts"
    if date is None:
        return Status.DRAFT, "published without a readable date: drafts"
    if status == Status.PUBLISHED and date > now:
        status = Status.SCHEDULED
    if status == Status.SCHEDULED and date <= now:
        return status, "scheduled for a time that has passed: published"
    return status, ""


def date_of(item: wxr.Item, zone: tzinfo) -> datetime | None:
    return post_dates.publication_time(
        item["wp:post_date"], item["wp:post_date_gmt"], item["pubDate"], zone
    )


def fields_of(item: wxr.Item, body: str, zone: tzinfo, now: datetime) -> tuple[dict, str]:
    """The fields of the article except its relations, and a note on what to check."""
    date = date_of(item, zone)
    status, note = status_of(item, date, now)
    prose = _NO_PROSE.sub(" ", body)
    text = prose if richtext.plain(prose) else body
    title = words(item["title"], TITLE) or words(text, 60) or "Untitled"
    excerpt = excerpt_of(item, text)
    if status in Article.PUBLIC and not (body and excerpt):
        status, note = Status.DRAFT, "published without a text: drafts"
    dated = status in (*Article.PUBLIC, Status.WITHDRAWN) or item["wp:status"] in WITH_DATE
    fields = {
        "title": title,
        "excerpt": excerpt,
        "body": body,
        "status": status,
        "publish_at": date if dated else None,
        "created_at": min(date or now, now),
    }
    return fields, note


def excerpt_of(item: wxr.Item, text: str) -> str:
    """The post's own excerpt, or the text before its “more” mark, or the beginning of its text."""
    own = words(item["excerpt:encoded"], EXCERPT)
    if own:
        return own
    more = _MORE.search(item["content:encoded"])
    if more:
        teaser = richtext.plain(richtext.clean(item["content:encoded"][: more.start()]))
        if 0 < len(teaser) <= EXCERPT and "[" not in teaser:
            return teaser
    return _sentences(richtext.plain(text) or "", EXCERPT) or words(item["title"], EXCERPT)


def _sentences(text: str, limit: int) -> str:
    """As many whole sentences as fit, unless they fill less than a third of the limit."""
    if len(text) <= limit:
        return text
    end = max(text.rfind(mark, 0, limit) for mark in (". ", "? ", "! ", "। "))
    return text[: end + 1] if end > limit // 3 else words(text, limit)


def old_paths(item: wxr.Item) -> list[str]:
    """Every path at which the old site served the post."""
    paths = [path_of(item["link"])]
    slug, old_slug = item["wp:post_name"], item.meta.get("_wp_old_slug", "")
    if slug and old_slug and unquote(slug) in paths[0]:
        paths.append(paths[0].replace(unquote(slug), unquote(old_slug)))
    if item.id.isdigit():
        base = urlsplit(item["link"]).path if "?" in item["link"] else "/"
        paths.append(f"{base or '/'}?p={item.id}")
    return [p for p in dict.fromkeys(paths) if p.startswith("/") and 1 < len(p) <= ADDRESS]


def path_of(address: str) -> str:
    """The decoded path from the root on, with the query string that old addresses have."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    path = unquote(parts.path).replace("\x00", "") or "/"
    return f"{path}?{parts.query}" if parts.query else path
