"""What is waiting for an editor, shown first in the admin, and the calendar."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from accounts.models import User
from articles.models import (
    Article,
    LinkReport,
    OutsideReview,
    Page,
    PageVersion,
    Revision,
    Unsaved,
    Version,
)
from articles.models.link_report import BrokenLink

SHOWN = 8
Step = Version.Step
# Where a text is after it was sent back.
PUT_BACK = (Article.Status.DRAFT, Article.Status.WITHDRAWN)
ROW = OuterRef("pk")


@dataclass(frozen=True)
class Desk:
    """Short lists of what concerns one editor."""

    to_read: list[Article]
    sent_back: list[Article]
    with_others: list[Article]
    unsaved: list[Unsaved]
    drafts: list[Article]
    # By their last editor; what an import brought in has none, and is found in the list.
    others_drafts: list[Article]
    coming: list[Article]
    samples: int
    # The longest overdue, with `last_read` and `due_on`, and how many there are.
    overdue: list[Article]
    overdue_count: int
    # Of the last check of links, what public texts still have.
    broken_links: list[BrokenLink]
    # The practice's own pages: waiting for this editor, and sent back to them.
    pages_to_read: list[Page]
    pages_sent_back: list[Page]
    # Reviews from outside, with `waiting`: their comments that no editor has dealt with.
    from_outside: list[Any]

    @property
    def is_clear(self) -> bool:
        pages = self.pages_to_read or self.pages_sent_back
        mine = self.to_read or self.sent_back or self.unsaved or pages
        return not (mine or self.overdue_count or self.broken_links or self.from_outside)


def of(user: User, now: datetime | None = None) -> Desk:
    """Eleven queries, and two more after a check of links, however many rows."""
    now = now or timezone.now()
    articles: Any = _with_last_step(Article.objects.all(), Revision.objects.filter(article=ROW))
    rows: Any = articles.defer("body", "sources", "search").select_related("author")
    waiting = list(rows.filter(status=Article.Status.REVIEW).order_by("changed_at")[: 4 * SHOWN])
    drafts = rows.filter(status=Article.Status.DRAFT).order_by("-changed_at")
    mine = drafts.filter(last_editor=user)
    others = drafts.filter(last_editor__isnull=False).exclude(last_editor=user)
    returned = rows.filter(status__in=PUT_BACK, last_step=Step.RETURNED, sender=user)
    unsaved = Unsaved.objects.filter(by=user).select_related("article")
    kept = PageVersion.objects.filter(page=ROW)
    pages: Any = _with_last_step(Page.objects.defer("body"), kept).order_by("changed_at")
    returned_to_me = Q(status__in=PUT_BACK, last_step=Step.RETURNED, sender=user)
    waiting_pages = list(pages.filter(Q(status=Page.Status.REVIEW) | returned_to_me)[: 4 * SHOWN])
    coming = rows.filter(status=Article.Status.SCHEDULED, publish_at__gt=now).order_by("publish_at")
    due, report = Article.objects.review_due(now), LinkReport.objects.newest()
    return Desk(
        to_read=[a for a in waiting if a.sender != user.pk][:SHOWN],
        with_others=[a for a in waiting if a.sender == user.pk][:SHOWN],
        sent_back=list(returned[:SHOWN]),
        unsaved=list(unsaved[:SHOWN]),
        drafts=[a for a in mine[:SHOWN] if a.last_step != Step.RETURNED],
        others_drafts=list(others.exclude(last_step=Step.RETURNED, sender=user)[:SHOWN]),
        coming=list(coming[:SHOWN]),
        samples=Article.objects.published(now).filter(sample=True).count(),
        overdue=list(due.defer("body", "sources", "search")[:SHOWN]),
        overdue_count=due.count(),
        broken_links=report.still_there() if report else [],
        pages_to_read=[
            p for p in waiting_pages if p.status == Page.Status.REVIEW and p.sender != user.pk
        ],
        pages_sent_back=[p for p in waiting_pages if p.status in PUT_BACK],
        from_outside=list(_from_outside(now)[:SHOWN]),
    )


def _from_outside(now: datetime) -> QuerySet[Any]:
    waiting = OutsideReview.objects.delivered(now).filter(waiting__gt=0).select_related("article")
    return waiting.only("reviewer", "article__title", "asked_at")


def _with_last_step(texts: QuerySet, versions: QuerySet) -> QuerySet:
    """Annotates who last sent it to review, and its last step with editor and comment."""
    steps = versions.order_by("-number")
    sent = steps.filter(step=Step.SUBMITTED)
    return texts.annotate(
        sender=Subquery(sent.values("by")[:1]),
        sender_name=Subquery(sent.values("by__name")[:1]),
        last_step=Subquery(steps.values("step")[:1]),
        last_comment=Subquery(steps.values("comment")[:1]),
        last_editor=Subquery(steps.values("by")[:1]),
        last_editor_name=Subquery(steps.values("by__name")[:1]),
    )


@dataclass(frozen=True)
class Day:
    date: date
    articles: list[Article]
    within: bool
    today: bool


def month(first: date, now: datetime | None = None) -> list[list[Day]]:
    """The weeks of a month, from Monday, with what is scheduled or published. One query."""
    today = timezone.localdate(now)
    start = first - timedelta(days=first.weekday())
    next_month = (first + timedelta(days=32)).replace(day=1)
    end = next_month + timedelta(days=-next_month.weekday() % 7)
    zone = timezone.get_current_timezone()
    edges = [datetime(d.year, d.month, d.day, tzinfo=zone) for d in (start, end)]
    rows = Article.objects.filter(
        status__in=Article.PUBLIC, publish_at__gte=edges[0], publish_at__lt=edges[1]
    )
    by_day: dict[date, list[Article]] = {}
    for article in rows.defer("body", "sources", "search").order_by("publish_at"):
        by_day.setdefault(timezone.localdate(article.publish_at), []).append(article)
    days = [start + timedelta(days=n) for n in range((end - start).days)]
    cells = [Day(d, by_day.get(d, []), d.month == first.month, d == today) for d in days]
    return [cells[n : n + 7] for n in range(0, len(cells), 7)]
