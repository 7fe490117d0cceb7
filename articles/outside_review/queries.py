"""An article as a reviewer reads it, and the comments beside its passages."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.utils.html import escape

from articles.models import Article, OutsideComment
from articles.outside_review.passages import Passage, blocks, passages, place, words_of
from articles.richtext import plain, trusted
from articles.text_parts import notes as text_notes

About = OutsideComment.About


@dataclass
class Commented:
    """A passage of the page, with what was written about it."""

    passage: Passage
    comments: list[OutsideComment] = field(default_factory=list)
    # Of its form: sent twice, it is one comment.
    key: UUID = field(default_factory=uuid4)

    @property
    def takes_comments(self) -> bool:
        """A dividing line has no words to comment on."""
        return bool(self.passage.text) or self.passage.about == About.WHOLE


def of_article(article: Article, *, as_stored: bool = False) -> list[Passage]:
    """Its passages in the order in which readers see them, and as they see them; `as_stored`:
    without ids, for a page that has others of its own."""
    stored, _apart = text_notes.split(article.body)
    kept = blocks(stored)
    shown = kept if as_stored else blocks(article.prose.html)
    words = kept if len(kept) == len(shown) else shown
    notes = " ".join(plain(str(note.html)) for note in article.prose.notes)
    sources, excerpt = " ".join(article.sources.split()), article.excerpt
    return passages(
        [
            (About.TITLE, escape(article.title), article.title),
            *([(About.EXCERPT, escape(excerpt), excerpt)] if excerpt else []),
            *((About.BODY, trusted(html), words_of(text))
              for html, text in zip(shown, words, strict=True)),
            *([(About.NOTES, "", notes)] if notes else []),
            *([(About.SOURCES, "", sources)] if sources else []),
            (About.WHOLE, "", ""),
        ]
    )  # fmt: skip


def beside(
    article: Article, comments: Iterable[OutsideComment], *, as_stored: bool = False
) -> tuple[list[Commented], list[OutsideComment]]:
    """Every passage with its comments, and the comments whose passage is gone. Each comment has
    `changed`: whether its passage reads differently now."""
    found = of_article(article, as_stored=as_stored)
    rows = {passage.id: Commented(passage) for passage in found}
    gone: list[OutsideComment] = []
    for comment in comments:
        where = place(comment.about, comment.quote, found)
        comment.changed = where.changed  # type: ignore[attr-defined]
        (rows[where.passage.id].comments if where.passage else gone).append(comment)
    return list(rows.values()), gone


@dataclass(frozen=True)
class ReadVersion:
    """Which version of the text is shown: its number, if versions are kept, and its day."""

    number: int | None
    at: datetime


def version_of(article: Article) -> ReadVersion:
    newest = article.revisions.order_by("-number").only("number", "at").first()
    return ReadVersion(
        newest.number if newest else None, newest.at if newest else article.changed_at
    )
