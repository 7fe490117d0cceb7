"""A questionnaire that a client is asked for regularly."""

from django.utils import timezone

from accounts.models import User
from assessments.models import InstrumentVersion
from clients.models import Asking, Client, Rhythm
from clients.rhythm import actions
from clients.tasks import actions as tasks


def set_and_asked(client: Client, by: User, version: InstrumentVersion, reason: str) -> Rhythm:
    """A rhythm that has asked once."""
    rhythm = actions.set_rhythm(
        client=client, by=by, instrument=version.instrument, kind="weeks", every=8,
        begins_on=timezone.localdate(), reason=reason,
    )  # fmt: skip
    task = tasks.give_task(
        client=client, by=by, title="Fill it in", text=reason, instrument=version.instrument
    )
    Asking.objects.create(
        client=client, rhythm=rhythm, task=task, occasion="week", day=timezone.localdate(),
        asked_on=timezone.localdate(),
    )  # fmt: skip
    return rhythm
