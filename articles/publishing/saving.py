"""How an article or a page is stored: with the step that was taken, and as a version."""

from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.site_name import site_name
from articles import corrections, share_pictures
from articles.models import Article, Publication, Version
from articles.publishing import workflow
from articles.publishing.steps import take_step
from articles.publishing.version_content import content


def rows_of(text: Publication) -> Any:
    return type(text)._default_manager.all()


def record(
    text: Publication, *, by: User | None, step: str = Version.Step.SAVED, comment: str = ""
) -> Any:
    """Stores the present content as a version, unless a plain save changed nothing. Call it within
    a transaction."""
    rows_of(text).select_for_update().only("pk").get(pk=text.pk)
    newest = text.revisions.order_by("-number").first()
    now = content(text)
    if newest and step == Version.Step.SAVED and newest.content == now and not comment:
        return None
    number = (newest.number if newest else 0) + 1
    return text.revisions.create(number=number, by=by, step=step, comment=comment, content=now)


def keep_first(text: Publication) -> None:
    """Stores the version before the first edit of a text without one, such as a sample."""
    if text.pk and not text.revisions.exists():
        record(rows_of(text).get(pk=text.pk), by=None, step=Version.Step.ORIGINAL)


def take_stored_step(text: Publication, move: workflow.Move | None, by: User, comment: str) -> None:
    """From the state in the database, which stays locked until the transaction ends."""
    now = timezone.now()
    rows = rows_of(text).select_for_update(of=("self",)).only("status", "publish_at")
    stored = rows.filter(pk=text.pk).first()
    state = stored.state(now) if stored else Publication.Status.DRAFT
    take_step(text, move=move, state=state, by=by, comment=comment, now=now)


def store(text: Publication) -> None:
    """With its picture for shared links, if readers see it or will. A correction is a change that
    readers should know about: its day is that of the last update."""
    keep_first(text)
    text.full_clean()
    if isinstance(text, Article):
        text.corrections = corrections.dated(text.corrections, timezone.localdate())
        days = [one.on for one in corrections.parse(text.corrections)]
        text.updated_on = max(filter(None, [text.updated_on, *days]), default=None)
    if text.status in Publication.PUBLIC:
        text.shared_as = share_pictures.keep(text.title, site_name())
    text.save()
