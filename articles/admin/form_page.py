"""What stands around an article's form: where it is, what may follow, what to look at first."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from articles import checks, comparison, workflow
from articles.actions import content
from articles.models import Article, Revision, Unsaved

Step = Revision.Step
SAID = {
    Step.SUBMITTED: _("A second editor finds it on their desk now."),
    Step.RETURNED: _("It is a draft again, with your comment."),
    Step.PUBLISHED: _("Readers see it now."),
    Step.SCHEDULED: _("Readers will see it at its date of publication."),
    Step.WITHDRAWN: _("Readers do not see it any more."),
}
RECENT = 5


def context(article: Article | None, form: Any, by: User, taken: bool) -> dict[str, Any]:
    """A dozen queries, whatever the rows."""
    state = article.state() if article else Article.Status.DRAFT
    known: dict[str, Any] = {
        "state": state,
        "moves": workflow.possible(article, state, by),
        "site_host": settings.SITE_URL.split("://")[-1],
        "mine": None if taken else Unsaved.objects.of(article, by).first(),
        "longest_title": checks.LONGEST_TITLE,
    }
    if article:
        known |= _of(article, by)
        known["theirs"] = _conflict(form) if form.conflict else None
        known["waits"] = (
            workflow.RETURN in known["moves"] and workflow.PUBLISH not in known["moves"]
        )
    return known


def _of(article: Article, by: User) -> dict[str, Any]:
    recent = list(article.revisions.listed()[:RECENT])
    return {
        "findings": checks.findings(article),
        "recent": recent,
        "sent_back": next((r for r in recent[:1] if r.step == Step.RETURNED), None),
        "others": article.unsaved.exclude(by=by).select_related("by"),
    }


def _conflict(form: Any) -> list[comparison.Change]:
    """From what the other editor stored to what this form holds."""
    stored = content(form.conflict)
    mine = {
        name: form.cleaned_data.get(name, stored[name]) for name in ("title", "excerpt", "sources")
    }
    mine["body"] = form.as_written(form.cleaned_data).body
    return comparison.changes({name: stored[name] for name in mine}, mine)
