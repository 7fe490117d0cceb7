"""The changes of a page. They ask the same rules as those of an article, and keep each version."""

from django.db import transaction

from accounts.models import User
from accounts.optimistic_lock import demand_current
from articles.models import Page, PageVersion
from articles.publishing import saving, workflow
from articles.publishing.version_content import OF_PAGE


@transaction.atomic
def save_written(
    *, page: Page, by: User, move: workflow.Move | None = None, comment: str = "", seen: str
) -> PageVersion | None:
    """Stores what an editor wrote, with the step they chose.

    Raises Stale if another version is stored than the one that the form was opened with (`seen`;
    "" for a new page), and ValidationError with the reasons against the step; nothing is stored
    then.
    """
    if page.pk:
        stored = Page.objects.select_for_update().get(pk=page.pk)
        demand_current(stored, version=stored.version, seen=seen)
    saving.take_stored_step(page, move, by, comment)
    saving.store(page)
    step = move.step if move else PageVersion.Step.SAVED
    return saving.record(page, by=by, step=step, comment=comment)


@transaction.atomic
def restore(*, page: Page, number: int, by: User, comment: str = "") -> PageVersion | None:
    """Restores the text of an earlier version as a new one; address, status, date and place in the
    menu stay. Raises ValidationError if a public page would get a blank."""
    saving.keep_first(page)
    old = page.revisions.get(number=number).content
    for name in OF_PAGE:
        setattr(page, name, old.get(name, getattr(page, name)))
    saving.take_stored_step(page, None, by, "")
    saving.store(page)
    return saving.record(page, by=by, step=PageVersion.Step.RESTORED, comment=comment)


@transaction.atomic
def delete(*, page: Page) -> None:
    """For good; the admin offers it for drafts only, since a public page is withdrawn."""
    page.delete()
