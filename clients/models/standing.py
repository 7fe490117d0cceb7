"""Where each client stands, kept by the database itself beside the events that say so."""

from django.db import models

from clients import journey
from clients.models.path import Step


class Standing(models.Model):
    """An index, not a fact: the last event and the last session held, one row a client.

    Triggers write it whenever an event or a session is written (`journey.replay` stays the one
    who knows), so that lists of thousands are filtered and sorted without asking each path.
    Nobody else writes here.
    """

    client = models.OneToOneField("clients.Client", models.CASCADE, primary_key=True)
    step = models.ForeignKey(Step, models.PROTECT, related_name="+", editable=False)
    since = models.DateTimeField(editable=False)
    last_kind = models.CharField(
        max_length=10, choices=[(k.value, k.value) for k in journey.Kind], editable=False
    )
    last_contact = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return f"{self.client_id}: {self.step_id}"
