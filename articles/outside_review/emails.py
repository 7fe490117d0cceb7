"""The email that tells an editor that their reviewer has finished. It says nothing of the text."""

from django.urls import reverse

from accounts import emails
from articles.models import OutsideReview

FINISHED = "articles/outside_review_finished"


def tell_finished(review: OutsideReview) -> None:
    """To the editor who asked, if there still is one. Once for each review."""
    if review.asked_by and review.asked_by.is_active:
        page = reverse("admin:articles_article_outside", args=[review.article_id])
        emails.post(
            FINISHED, user=review.asked_by, once=f"outside review {review.pk} finished", page=page
        )
