"""A review from outside, with one comment on the first paragraph."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from accounts.models import User
from articles.models import Article, OutsideComment, OutsideReview
from articles.outside_review import actions, queries


@dataclass(frozen=True)
class Asked:
    review: OutsideReview
    key: str
    comment: OutsideComment

    @property
    def address(self) -> str:
        return f"/review/{self.key}/"


def asked(slug: str, by: User, *, text: str = "Please say since when.", **fields) -> Asked:
    """A review that is still open, of the article with this slug."""
    article = Article.objects.get(slug=slug)
    values: dict[str, Any] = {"reviewer": "Dr. Leela Nair", "days": 7} | fields
    review, key = actions.ask(article=article, by=by, **values)
    passage = next(one for one in queries.of_article(article) if one.about == "body")
    comment = actions.comment(review=review, passage=passage, text=text, key=uuid4())
    assert comment
    return Asked(review, key, comment)
