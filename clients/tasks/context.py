"""What the form of a task offers and starts with."""

from collections.abc import Mapping

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients.models import Client, TaskIdea
from clients.results.queries import Measured


def ideas(client: Client) -> list[TaskIdea]:
    """What the library offers for the client's step. One query."""
    return list(TaskIdea.objects.filter(step=client.journey.step, active=True))


def idea_asked(
    said: Mapping, offered: list[TaskIdea], last: Measured | None = None
) -> dict[str, object]:
    """The form filled from what the address names: an idea that is offered, or measuring again."""
    if said.get("again") and last:
        when = date_format(timezone.localtime(last.at), "j F")
        why = _("So that both of us can see what has moved since %(when)s.") % {"when": when}
        title = _("Fill in the questionnaire once more")
        return {"title": title, "text": why, "instrument": last.instrument}
    for idea in offered:
        if idea.slug == said.get("idea"):
            return {"title": idea.title, "text": idea.text}
    return {}
