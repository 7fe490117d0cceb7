"""The rows of data keys: one a person, or one a thing that belongs to nobody yet."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DataKey(models.Model):
    """What opens everything of one subject, wrapped by one of FIELD_KEYS.

    `subject` is no foreign key: it is a user's id, or that of an attempt or a first-session
    request of nobody's. Without this row what it encrypted is lost, in every backup too.
    """

    subject = models.UUIDField(primary_key=True, editable=False)
    wrapped = models.BinaryField(editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("data key"), _("data keys")

    def __str__(self) -> str:
        return str(self.subject)
