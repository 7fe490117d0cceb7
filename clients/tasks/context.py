"""The choices and initial values of the task form."""

from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from clients.models import Client, TaskIdea


def ideas(client: Client) -> QuerySet[TaskIdea]:
    """The library's tasks for the client's step."""
    return TaskIdea.objects.filter(step=client.journey.step, active=True)


def initial_values(query: Mapping, offered: Iterable[TaskIdea]) -> dict[str, object]:
    """The initial values for the task of the library that the query string names."""
    for idea in offered:
        if idea.slug == query.get("idea"):
            return {"title": idea.title, "text": idea.text}
    return {}
