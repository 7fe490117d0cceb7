"""Up to when a client has seen what is new for them."""

from django.db import models


class ReadMark(models.Model):
    """When the client last opened their notes, a task, and the page with their next session.

    It is for the marks "New" on the client's own pages alone. Nobody else can read it, so that it
    does not become a way to watch who reads what, and when.
    """

    client = models.OneToOneField(
        "clients.Client", models.CASCADE, primary_key=True, related_name="read_mark"
    )
    notes_at = models.DateTimeField(null=True, editable=False)
    tasks_at = models.DateTimeField(null=True, editable=False)
    session_at = models.DateTimeField(null=True, editable=False)

    def __str__(self) -> str:
        return str(self.client_id)
