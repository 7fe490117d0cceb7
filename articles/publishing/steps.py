"""Takes an editor's step for an article, after asking every publishing rule."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from articles.models import Article
from articles.publishing import checks, workflow


def take_step(
    article: Article,
    *,
    move: workflow.Move | None,
    state: str,
    by: User,
    comment: str,
    now: datetime,
) -> None:
    """Sets status and date as the move asks, or as a plain save does if it is None.

    `state` is the state before the editor changed anything. Every publishing rule is asked here.
    Raises ValidationError, by field if a field is the reason, and then leaves the article
    unchanged. Stores nothing, so that a form can try it.
    """
    if move is None:
        _stay(article, state, now)
        return
    if problems := workflow.problems(move, article, state, by):
        raise ValidationError([str(problem) for problem in problems])
    if move.releases and (blockers := checks.blockers(article)):
        raise ValidationError(checks.by_field(blockers))
    if move is workflow.RETURN and not comment:
        text = _("Please say in the comment what still needs to be done.")
        raise ValidationError({"comment": text})
    _set_status(article, move, now)


def _stay(article: Article, state: str, now: datetime) -> None:
    """A plain save keeps the state, unless a scheduled article's new date is already past."""
    if state == Article.Status.PUBLISHED and not article.is_public(now):
        raise ValidationError({"publish_at": _("To show it later, press “Schedule”.")})
    if state == Article.Status.SCHEDULED and article.is_public(now):
        article.publish(now)


def _set_status(article: Article, move: workflow.Move, now: datetime) -> None:
    dated = {workflow.PUBLISH: article.publish, workflow.SCHEDULE: article.schedule,
             workflow.WITHDRAW: article.withdraw}  # fmt: skip
    if move in dated:
        dated[move](now)
    else:
        article.status = Article.Status.REVIEW if move is workflow.SUBMIT else Article.Status.DRAFT
