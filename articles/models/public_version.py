"""The version of everything that public pages show, read by `articles/public_version/looker.py`."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PublicVersion(models.Model):
    """One row, written by triggers; none before the first change."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    mark = models.UUIDField(_("mark"))
    raised_at = models.DateTimeField(_("last change"))

    class Meta:
        verbose_name = verbose_name_plural = _("version of the public pages")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="public_version_one_row")]

    def __str__(self) -> str:
        return str(self.mark)
