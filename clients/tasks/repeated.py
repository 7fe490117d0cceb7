"""Tasks that a client has already: a warning, which can be overruled."""

from collections.abc import Collection, Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.encryption import unreadable
from assessments.models import Instrument
from clients.models import Client, Task


class GivenAlready(ValidationError):
    """The client has tasks like this one, of which the person has not been warned yet."""

    def __init__(self, tasks: Sequence[Task]):
        self.tasks = tasks
        super().__init__(_("The client has this task already."))


def find(client: Client, title: str, instrument: Instrument | None) -> list[Task]:
    """The open tasks of the same title, or for the same questionnaire. One query."""
    wanted = _plain(title)
    with unreadable.showing():
        return [
            task
            for task in client.tasks.open()
            if _plain(str(task.title)) == wanted
            or (instrument is not None and task.instrument_id == instrument.pk)
        ]


def demand_warned(found: Sequence[Task], warned: Collection[str]) -> None:
    """Raises GivenAlready if there is a task whose key is not among those that the person has
    seen."""
    if {str(task.pk) for task in found} - set(warned):
        raise GivenAlready(found)


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()
