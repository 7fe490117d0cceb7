"""The workflow of an article or a page: its moves, and the reasons why one is not possible now.

draft -> in review -> scheduled or published -> withdrawn; sent back, it is a draft again, or
withdrawn again. The editor who sent an article to review does not publish it: a second editor
reads it first (docs/decisions/0007).
"""

from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.access import Role
from accounts.models import User
from articles.models import Article, Publication, Version

Status, Step = Publication.Status, Version.Step


@dataclass(frozen=True)
class Move:
    """A step that a button takes: the button's name, and the states from which it is possible.

    `releases`: readers will see the text, so the checks apply.
    """

    name: str
    step: str
    label: str | Promise
    sources: frozenset[str]
    releases: bool = False


SUBMIT = Move("_submit", Step.SUBMITTED, _("Save and send to review"),
              frozenset({Status.DRAFT, Status.WITHDRAWN}))  # fmt: skip
RETURN = Move("_return", Step.RETURNED, _("Save and send back"), frozenset({Status.REVIEW}))
PUBLISH = Move("_publish", Step.PUBLISHED, _("Save and publish now"),
               frozenset({Status.DRAFT, Status.REVIEW, Status.SCHEDULED, Status.WITHDRAWN}),
               releases=True)  # fmt: skip
SCHEDULE = Move("_schedule", Step.SCHEDULED, _("Save and schedule"),
                frozenset({Status.DRAFT, Status.REVIEW, Status.SCHEDULED, Status.WITHDRAWN}),
                releases=True)  # fmt: skip
WITHDRAW = Move("_withdraw", Step.WITHDRAWN, _("Save and withdraw"),
                frozenset({Status.SCHEDULED, Status.PUBLISHED}))  # fmt: skip
MOVES = (SUBMIT, PUBLISH, SCHEDULE, RETURN, WITHDRAW)


def pressed(data) -> Move | None:
    """The move whose button was pressed; None for a plain save."""
    return next((move for move in MOVES if move.name in data), None)


def is_alone(by: User) -> bool:
    """Whether no other editor could read it. A single editor must still be able to publish."""
    editors = User.objects.filter(is_active=True, groups__name=Role.EDITOR.value)
    return not editors.exclude(pk=by.pk).exists()


def submitter(text: Publication) -> UUID | None:
    """Who last sent it to review. One query."""
    if not text.pk:
        return None
    sent = text.revisions.filter(step=Step.SUBMITTED).order_by("-number")
    return sent.values_list("by", flat=True).first()


def problems(move: Move, text: Publication, state: str, by: User) -> list[str | Promise]:
    """Why `by` may not take this move from `state`; empty if they may. Two queries at most."""
    if state not in move.sources:
        return [_("This is not possible in its present state.")]
    if not move.releases or state == Status.SCHEDULED or is_alone(by):
        return []
    if state in (Status.DRAFT, Status.WITHDRAWN):
        return [_("A second editor has to read it first: send it to review.")]
    if submitter(text) == by.pk:
        return [_("You sent it to review yourself, so another editor decides.")]
    return []


def possible(text: Publication | None, state: str, by: User) -> list[Move]:
    """The moves offered as buttons on the editor's form."""
    return [move for move in MOVES if not problems(move, text or Article(), state, by)]
