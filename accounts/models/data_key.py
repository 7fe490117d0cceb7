"""Data keys: one for each person, and one for each thing without an owner."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DataKey(models.Model):
    """The key under which everything about one subject is encrypted, wrapped by one of FIELD_KEYS.

    `subject` is not a foreign key: it is the id of a user, or of an attempt or an enquiry without
    an owner. Without this row, what it encrypted is lost, in every backup, too.
    """

    subject = models.UUIDField(primary_key=True, editable=False)
    wrapped = models.BinaryField(editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name, verbose_name_plural = _("data key"), _("data keys")

    def __str__(self) -> str:
        return str(self.subject)
