"""What surrounds the form of an article or a page: its state, the possible moves, the findings."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from articles.models import Article, Publication, Unsaved, Version
from articles.publishing import checks, comparison, workflow
from articles.publishing.version_content import content

Step = Version.Step
CONFIRMATIONS = {
    Step.SUBMITTED: _("Sent to review. Another editor will see it on their desk."),
    Step.RETURNED: _("Sent back, with your comment."),
    Step.PUBLISHED: _("Readers see it now."),
    Step.SCHEDULED: _("Readers will see it from its date of publication."),
    Step.WITHDRAWN: _("Readers no longer see it."),
}
Status = Publication.Status
# What each state means for the editor.
MEANINGS = {
    Status.DRAFT: _("Only editors see it."),
    Status.REVIEW: _(
        "It is waiting for your review: read it, then send it back, schedule it or publish it."
    ),
    Status.SCHEDULED: _("Readers will see it from %(when)s on."),
    Status.PUBLISHED: _("Readers see it. What you save, they see at once."),
    Status.WITHDRAWN: _("Readers see a page that says it was withdrawn."),
}
# The kind of tag in which each state is shown; a draft and a withdrawn text have a plain one.
TAGS = {
    Status.DRAFT: "",
    Status.REVIEW: "warn",
    Status.SCHEDULED: "info",
    Status.PUBLISHED: "ok",
    Status.WITHDRAWN: "",
}
# The step that a form offers first; the others follow beside its facts.
FIRST_STEPS = (workflow.PUBLISH, workflow.SUBMIT)
WAITS_FOR_ANOTHER = _("Another editor reads it and decides.")
RECENT, MOST_DRAFTS = 5, 10


def context(text: Publication | None, form: Any, by: User) -> dict[str, Any]:
    """About eight queries, however many rows."""
    state = text.state() if text else Status.DRAFT
    moves = workflow.possible(text, state, by)
    next_step = next((move for move in FIRST_STEPS if move in moves), None)
    values: dict[str, Any] = {
        "state": state,
        "state_tag": TAGS[state],
        "meaning": _meaning(text, state, moves),
        "next_step": next_step,
        "other_steps": [
            move for move in moves if move != next_step and not _has_its_own_page(move, text, state)
        ],
        "site_host": settings.SITE_URL.split("://")[-1],
        "longest_title": checks.LONGEST_TITLE,
        # Unsaved work, which articles alone have (`article_context`).
        "draft_key": "",
        "mine": (),
        "others": (),
        "theirs": None,
    }
    if text:
        recent = list(text.revisions.listed()[:RECENT])
        values |= {
            "findings": checks.findings(text),
            "recent": recent,
            "sent_back": next((r for r in recent[:1] if r.step == Step.RETURNED), None),
            "theirs": _conflict(form) if form.stale else None,
        }
    return values


def _has_its_own_page(move: workflow.Move, text: Publication | None, state: str) -> bool:
    """Withdrawing an article asks for the reason, and first shows what leads to it."""
    is_article = isinstance(text, Article)
    return move is workflow.WITHDRAW and is_article and state == Status.PUBLISHED


def article_context(
    article: Article | None, by: User, continued: Unsaved | None, key: str
) -> dict[str, Any]:
    """Unsaved work, of this editor (but what the form shows already) and of others; the `key` under
    which the form keeps its own."""
    shown = continued.pk if continued else 0
    mine = Unsaved.objects.of(article, by).exclude(key=key).exclude(pk=shown)
    values: dict[str, Any] = {"draft_key": key, "mine": list(mine[:MOST_DRAFTS])}
    if article:
        values["sources_count"] = len(article.source_list)
        delivered = article.outside_reviews.delivered()
        values["outside_waiting"] = sum(delivered.values_list("waiting", flat=True))
        values["others"] = article.unsaved.exclude(by=by).select_related("by")
    return values


def _meaning(
    text: Publication | None, state: Publication.Status, moves: Sequence[workflow.Move]
) -> str:
    if state == Status.REVIEW and workflow.RETURN in moves and workflow.PUBLISH not in moves:
        return str(WAITS_FOR_ANOTHER)
    at = text.publish_at if text else None
    when = date_format(timezone.localtime(at), "j F Y, H:i") if at else ""
    return MEANINGS[state] % {"when": when}


def _conflict(form: Any) -> list[comparison.Change]:
    """The changes from what the other editor saved to the content of this form."""
    stored = content(form.stale.current)
    compared = ("title", "excerpt", "description", "sources")
    mine = {n: form.cleaned_data.get(n, stored[n]) for n in compared if n in stored}
    mine["body"] = form.as_written(form.cleaned_data).body
    return comparison.changes({name: stored[name] for name in mine}, mine)
