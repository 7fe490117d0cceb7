"""What an editor does about a review from outside, and what its reviewer writes."""

import secrets
import uuid
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.idempotency import once
from accounts.models import User
from articles.models import Article, OutsideComment, OutsideReview
from articles.models.outside_review import MOST_COMMENTS, MOST_DAYS
from articles.outside_review import emails
from articles.outside_review.passages import Passage

KEY_BYTES = 32


class Over(Exception):
    """The review is finished, called off or past its end: nothing in it changes any more."""


@transaction.atomic
def ask(*, article: Article, by: User, reviewer: str, days: int, words: str = "") -> tuple[
    OutsideReview, str
]:  # fmt: skip
    """Makes a link, and returns its key: nobody can read it later."""
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError({"days": _("A link works for 30 days at most.")})
    key, now = secrets.token_urlsafe(KEY_BYTES), timezone.now()
    review = OutsideReview(
        article=article, reviewer=reviewer, words=words, key_hash=OutsideReview.hash(key),
        asked_by=by, asked_at=now, ends_at=now + timedelta(days=days),
    )  # fmt: skip
    review.full_clean()
    review.save(force_insert=True)
    return review, key


@transaction.atomic
def call_off(*, review: OutsideReview) -> bool:
    """From now on the link opens nothing; what was written stays. False if it was over already."""
    if not _locked(review).is_open():
        return False
    review.called_off_at = timezone.now()
    review.save(update_fields=["called_off_at"])
    return True


@transaction.atomic
def comment(
    *, review: OutsideReview, passage: Passage, text: str, key: uuid.UUID
) -> OutsideComment | None:
    """Adds a comment on a passage as it reads now. Sent twice, it is one: None for the second.

    Raises Over, and ValidationError if there are too many.
    """
    if not _locked(review).is_open():
        raise Over
    if review.comments.filter(key=key).exists():
        return None
    if review.comments.count() >= MOST_COMMENTS:
        text = _("A review has at most %(n)s comments. Please put the rest into one of them.")
        raise ValidationError(text % {"n": MOST_COMMENTS})
    row = OutsideComment(
        review=review, about=passage.about, quote=passage.quote, text=text, key=key
    )
    row.full_clean()
    with once("outside_comment_sent_once"):
        row.save(force_insert=True)
    return row


@transaction.atomic
def change(*, comment: OutsideComment, text: str) -> None:
    """Raises Over."""
    if not _locked(comment.review).is_open():
        raise Over
    comment.text = text
    comment.full_clean()
    comment.save(update_fields=["text"])


@transaction.atomic
def take_back(*, comment: OutsideComment) -> None:
    """Raises Over."""
    if not _locked(comment.review).is_open():
        raise Over
    comment.delete()


@transaction.atomic
def finish(*, review: OutsideReview) -> None:
    """The comments are the editors' from now on. Raises Over, unless it was finished before."""
    stored = _locked(review)
    if stored.finished_at:
        return
    if not stored.is_open():
        raise Over
    review.finished_at = timezone.now()
    review.save(update_fields=["finished_at"])
    emails.tell_finished(review)


@transaction.atomic
def mark(*, comment: OutsideComment, by: User, done: bool) -> None:
    """Notes that an editor has dealt with a comment, or not yet after all."""
    comment.done_at = timezone.now() if done else None
    comment.done_by = by if done else None
    comment.save(update_fields=["done_at", "done_by"])


def _locked(review: OutsideReview) -> OutsideReview:
    """As it is stored; nobody ends it before this transaction does."""
    rows = OutsideReview.objects.select_for_update(of=("self",))
    return rows.get(pk=review.pk)
