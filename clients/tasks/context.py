"""The choices and initial values of the task form."""

from collections.abc import Mapping

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client, TaskIdea
from clients.results.queries import Measurement


def ideas(client: Client) -> list[TaskIdea]:
    """The library's tasks for the client's step. One query."""
    return list(TaskIdea.objects.filter(step=client.journey.step, active=True))


def initial_values(
    query: Mapping, offered: list[TaskIdea], last: Measurement | None = None
) -> dict[str, object]:
    """The initial values for what the query string names: a task of the library, or a retest."""
    if query.get("again") and last:
        when = date_format(timezone.localtime(last.at), "j F")
        why = _("So that we can both see what has changed since %(when)s.") % {"when": when}
        title = _("Fill in the questionnaire again")
        return {"title": title, "text": why, "instrument": last.instrument}
    for idea in offered:
        if idea.slug == query.get("idea"):
            return {"title": idea.title, "text": idea.text}
    return {}
