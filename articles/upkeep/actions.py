"""What happens to a published article without a change of its text: a review, a withdrawal."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.optimistic_lock import demand_current
from articles.models import Article, Author, Revision
from articles.publishing import actions as publishing
from articles.publishing import saving, workflow


@transaction.atomic
def mark_reviewed(*, article: Article, by: User, seen: str) -> Article:
    """Notes that `by` has read the article and that it is still true: readers see the day.

    The reviewer whom readers see is the author of the editor's name, if there is one. Raises
    Stale if another version is stored than the one that was read (`seen`), and ValidationError if
    readers do not see the article.
    """
    stored = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    demand_current(stored, version=stored.version, seen=seen)
    if not stored.is_public():
        raise ValidationError(_("Only a published article can be marked as reviewed."))
    saving.keep_first(stored)
    stored.reviewed_on = timezone.localdate()
    stored.reviewer = Author.objects.filter(name__iexact=by.name).order_by("pk").first()
    stored.confirm()
    stored.save()
    saving.record(stored, by=by, step=Revision.Step.REVIEWED)
    return stored


@transaction.atomic
def withdraw(*, article: Article, by: User, because: str, instead: Article | None) -> Article:
    """Withdraws a published article. Readers of its address are told why, or are led to `instead`
    and told there. Raises ValidationError with the reasons against it."""
    stored = Article.objects.select_for_update(of=("self",)).get(pk=article.pk)
    if instead and (instead.pk == stored.pk or not instead.is_public()):
        raise ValidationError({"instead": _("Readers can only be led to another public article.")})
    saving.keep_first(stored)
    stored.withdrawn_because = because.strip()
    stored.instead = instead.slug if instead else ""
    publishing.move(article=stored, move=workflow.WITHDRAW, by=by, comment=stored.withdrawn_because)
    return stored
