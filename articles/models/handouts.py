"""Handouts: PDF files that readers keep, and every version of them."""

import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def file_path(version: "HandoutVersion", name: str) -> str:
    """A name of ours: theirs may say something about a person, and is nobody's business."""
    return f"handouts/{secrets.token_hex(12)}.pdf"


class Handout(models.Model):
    """Articles link to its address, which therefore never changes; its file may."""

    slug = models.SlugField(
        _("web address (slug)"), max_length=80, unique=True,
        help_text=_("The name of the file that readers keep. It cannot be changed later."),
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=160)
    versions: Any

    class Meta:
        verbose_name, verbose_name_plural = _("handout"), _("handouts")
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(condition=~Q(slug=""), name="handout_has_an_address"),
            models.CheckConstraint(condition=~Q(title=""), name="handout_has_a_title"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("handout", args=[self.slug])

    def newest(self) -> "HandoutVersion | None":
        version: HandoutVersion | None = self.versions.order_by("-number").first()
        return version


class HandoutVersion(models.Model):
    """A file that was checked. None is ever changed; readers get the newest."""

    handout = models.ForeignKey(Handout, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    file = models.FileField(_("file"), upload_to=file_path)
    size = models.PositiveIntegerField(_("size in bytes"))
    pages = models.PositiveIntegerField(_("pages"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("version of a handout"), _("versions of handouts")
        ordering = ["handout", "-number"]
        constraints = [
            models.UniqueConstraint("handout", "number", name="handout_version_one_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.handout_id}, {self.number}"
