"""What the people who took a version answered, added up."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.models.instrument import InstrumentVersion


class GroupTotals(models.Model):
    """The totals of one version over whole batches of ten people, of whom it names none.

    They only grow. Somebody who deletes their answers afterwards stays in the totals, since taking
    one person out would reveal that person. `Attempt.counted` says who is in, and nothing says in
    which batch.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.OneToOneField(InstrumentVersion, models.PROTECT, related_name="group_totals")
    # As `statistics.totals.as_json` writes them.
    totals = models.JSONField(default=dict)
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name, verbose_name_plural = _("totals of a group"), _("totals of groups")

    def __str__(self) -> str:
        return f"totals of {self.version}"
