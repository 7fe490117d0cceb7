"""A questionnaire that is filled in at the practice, on a device on which its person is not signed
in. A code that is typed once opens it."""

import uuid
from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from assessments.models.attempt import Attempt
from assessments.models.instrument import Instrument


class Sitting(models.Model):
    """Only hashes of the code and of the device's token are stored. `share`: what the person chose
    on that device about their therapist."""

    CODE_LASTS, LASTS = timedelta(minutes=15), timedelta(minutes=60)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="sittings")
    instrument = models.ForeignKey(Instrument, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(editable=False)
    token_hash = models.CharField(max_length=43, unique=True, null=True, editable=False)
    opened_at = models.DateTimeField(null=True, editable=False)
    attempt = models.OneToOneField(Attempt, models.SET_NULL, null=True, related_name="sitting")
    share = models.BooleanField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("sitting"), _("sittings")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"sitting {self.pk}"  # It may end up in a log, so it names neither person nor code.
