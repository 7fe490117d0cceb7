"""The fields of the article or page that a post becomes: status, dates, texts."""

import re
from datetime import datetime, tzinfo

from articles import richtext
from articles.imports.excerpts import EXCERPT, first_sentences, prose_of
from articles.imports.library_rows import words
from articles.models import Article
from articles.wordpress import post_dates, wxr

Status = Article.Status
TITLE = 160
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
# Where plugins keep what search engines show; one with %% or # is a template.
DESCRIPTIONS = (
    "_yoast_wpseo_metadesc", "rank_math_description", "_aioseo_description",
    "_aioseop_description",
)  # fmt: skip


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
    text = prose_of(body)
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


def changed_at(item: wxr.Item, zone: tzinfo, now: datetime) -> datetime | None:
    """When the post was last changed there, which search engines are told."""
    date = post_dates.publication_time(
        item["wp:post_modified"], item["wp:post_modified_gmt"], "", zone
    )
    return min(date, now) if date else None


def excerpt_of(item: wxr.Item, text: str) -> str:
    """The post's own excerpt, or its description for search engines, or the text before its
    “more” mark, or the beginning of its text."""
    own = words(item["excerpt:encoded"], EXCERPT)
    if own:
        return own
    for name in DESCRIPTIONS:
        described = words(item.meta.get(name, ""), EXCERPT)
        if described and "%%" not in described and not re.search(r"[#%]\w", described):
            return described
    more = _MORE.search(item["content:encoded"])
    if more:
        teaser = richtext.plain(richtext.clean(item["content:encoded"][: more.start()]))
        if 0 < len(teaser) <= EXCERPT and "[" not in teaser:
            return teaser
    return first_sentences(text) or words(item["title"], EXCERPT)
