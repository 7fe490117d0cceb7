"""The counters of the rate limits."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RateCounter(models.Model):
    """How often something was tried (`rate_limits/counters.py`). The key reveals neither person nor
    address. Deleted soon after `until`."""

    key = models.CharField(primary_key=True, max_length=64, editable=False)
    until = models.DateTimeField(editable=False, db_index=True)

    class Meta:
        verbose_name, verbose_name_plural = _("rate counter"), _("rate counters")

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.until:%Y-%m-%d %H:%M}"
