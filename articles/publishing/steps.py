"""Takes an editor's step for an article or a page, after asking every publishing rule."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from articles.models import Article, Page, Publication
from articles.publishing import checks, workflow


def take_step(
    text: Publication,
    *,
    move: workflow.Move | None,
    state: str,
    by: User,
    comment: str,
    now: datetime,
) -> None:
    """Sets status and date as the move asks, or as a plain save does if it is None.

    `state` is the state before the editor changed anything. Every publishing rule is asked here.
    Raises ValidationError, by field if a field is the reason, and then leaves the text
    unchanged. Stores nothing, so that a form can try it.
    """
    if move is None:
        _stay(text, state, now)
        return
    if problems := workflow.problems(move, text, state, by):
        raise ValidationError([str(problem) for problem in problems])
    if move is workflow.WITHDRAW and isinstance(text, Article):
        _demand_reason(text, state)
    if move.releases and (blockers := checks.blockers(text)):
        raise ValidationError(checks.by_field(blockers))
    if move is workflow.RETURN and not comment:
        reason = _("Please say in the comment what still needs to be done.")
        raise ValidationError({"comment": reason})
    _set_status(text, move, now)


def _demand_reason(article: Article, state: str) -> None:
    """Readers who come back to what they have read are told why it is gone."""
    if state == Publication.Status.PUBLISHED and not article.withdrawn_because.strip():
        raise ValidationError(_("To withdraw it, use its own page, which asks for the reason."))


def _stay(text: Publication, state: str, now: datetime) -> None:
    """A plain save keeps the state, unless a scheduled text's new date is already past. A public
    page gets no new blanks."""
    if state == Publication.Status.PUBLISHED and not text.is_public(now):
        raise ValidationError({"publish_at": _("To show it later, press “Schedule”.")})
    if state == Publication.Status.SCHEDULED and text.is_public(now):
        text.publish(now)
    if isinstance(text, Page) and text.is_public(now) and (left := list(checks.unfilled(text))):
        raise ValidationError(checks.by_field(left))


def _set_status(text: Publication, move: workflow.Move, now: datetime) -> None:
    if move.releases and isinstance(text, Article):
        text.withdrawn_because = text.instead = ""
    dated = {workflow.PUBLISH: text.publish, workflow.SCHEDULE: text.schedule,
             workflow.WITHDRAW: text.withdraw, workflow.RETURN: text.put_back}  # fmt: skip
    if move in dated:
        dated[move](now)
    else:
        text.status = Publication.Status.REVIEW
