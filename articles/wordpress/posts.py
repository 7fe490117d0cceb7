"""One post and the fields of the article that it becomes: status, dates, texts, old addresses."""

import re
from datetime import datetime, tzinfo
from urllib.parse import unquote, urlsplit

from articles import richtext
from articles.models import Article
from articles.wordpress import post_dates, wxr
from articles.wordpress.topics_and_authors import words

Status = Article.Status
EXCERPT, TITLE, ADDRESS = 320, 160, 500
# What each status becomes. Nothing that its readers could not see is shown by an import.
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
# Their date is one of publication, even where the article they become is a draft.
SHOWN = {"publish", "private"}
_MORE = re.compile(r"<!--\s?more\b.{0,200}?-->", re.DOTALL)
_NO_PROSE = re.compile(
    r"<(figure|table|pre|h[234]|ul|ol|blockquote)>.*?</\1>|<p><a [^>]*>https?:[^<]*</a></p>",
    re.DOTALL,
)


def why_left_out(item: wxr.Item) -> str:
    """What WordPress itself does not count as a post; nothing for all others."""
    if item["wp:status"] == "auto-draft" and not item["written"]:
        return "automatic drafts without a text"
    if item["wp:status"] == "trash" and item.meta.get("_wp_trash_meta_status") != "publish":
        return "posts in the bin which readers never saw"
    return ""


def status_of(item: wxr.Item, when: datetime | None, now: datetime) -> tuple[Status, str]:
    """The article's status, and what an editor should look at."""
    status = STATUSES.get(item["wp:status"], Status.DRAFT)
    if status in (Status.DRAFT, Status.REVIEW):
        return status, "" if item["wp:status"] in STATUSES else "with a status of its own: drafts"
    if item["wp:post_password"]:
        return Status.DRAFT, "behind a password: drafts"
    if when is None:
        return Status.DRAFT, "published without a readable date: drafts"
    if status == Status.PUBLISHED and when > now:
        status = Status.SCHEDULED
    if status == Status.SCHEDULED and when <= now:
        return status, "scheduled for a time that has come: published by it"
    return status, ""


def date_of(item: wxr.Item, zone: tzinfo) -> datetime | None:
    return post_dates.moment(item["wp:post_date"], item["wp:post_date_gmt"], item["pubDate"], zone)


def fields_of(item: wxr.Item, body: str, zone: tzinfo, now: datetime) -> tuple[dict, str]:
    """The fields of the article but for its relations, and what to look at."""
    when = date_of(item, zone)
    status, why = status_of(item, when, now)
    prose = _NO_PROSE.sub(" ", body)
    text = prose if richtext.plain(prose) else body
    title = words(item["title"], TITLE) or words(text, 60) or "Untitled"
    excerpt = excerpt_of(item, text)
    if status in Article.PUBLIC and not (body and excerpt):
        status, why = Status.DRAFT, "published without a text: drafts"
    dated = status in (*Article.PUBLIC, Status.WITHDRAWN) or item["wp:status"] in SHOWN
    fields = {
        "title": title,
        "excerpt": excerpt,
        "body": body,
        "status": status,
        "publish_at": when if dated else None,
        "created_at": min(when or now, now),
    }
    return fields, why


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
    """Whole sentences as far as they fit, unless that is next to nothing."""
    if len(text) <= limit:
        return text
    end = max(text.rfind(mark, 0, limit) for mark in (". ", "? ", "! ", "। "))
    return text[: end + 1] if end > limit // 3 else words(text, limit)


def old_paths(item: wxr.Item) -> list[str]:
    """Every address under which the old site answered for the post."""
    paths = [path_of(item["link"])]
    own, before = item["wp:post_name"], item.meta.get("_wp_old_slug", "")
    if own and before and unquote(own) in paths[0]:
        paths.append(paths[0].replace(unquote(own), unquote(before)))
    if item.id.isdigit():
        base = urlsplit(item["link"]).path if "?" in item["link"] else "/"
        paths.append(f"{base or '/'}?p={item.id}")
    return [p for p in dict.fromkeys(paths) if p.startswith("/") and 1 < len(p) <= ADDRESS]


def path_of(address: str) -> str:
    """From the root on, in plain letters, with the question that old addresses end in."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    path = unquote(parts.path).replace("\x00", "") or "/"
    return f"{path}?{parts.query}" if parts.query else path
