"""Norms and reliability that a manager adds beside a version, whose definition never changes.

Rows are added, never changed or deleted (migration 0004): the newest one of a scale and kind holds,
and one without numbers takes back the one before it. docs/decisions/0005 says why.
"""

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments import strict_json
from assessments.instrument import Instrument, Scale
from assessments.instrument_checks import check_norms, check_reliability
from assessments.instrument_file import canonical, norms_of, reliability_of
from assessments.json_node import Node
from assessments.strict_json import Problem


class ScaleFact(models.Model):
    """What is known of one scale of one version, from a named sample and a source.

    `numbers` are those of the instrument file's `norms` or `reliability`, without sample and
    source; empty ones take the fact back.
    """

    class Kind(models.TextChoices):
        NORMS = "norms", _("norms")
        RELIABILITY = "reliability", _("reliability within one sitting (such as alpha)")
        RETEST = "retest", _("reliability over time (retest)")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(
        "assessments.InstrumentVersion",
        models.PROTECT,
        related_name="facts",
        verbose_name=_("instrument version"),
    )
    scale_id = models.CharField(_("scale"), max_length=40)
    kind = models.CharField(_("what is known"), max_length=12, choices=Kind)
    sample = models.TextField(_("sample"))
    source = models.TextField(_("source"))
    numbers = models.JSONField(_("numbers"), blank=True)
    own = models.BooleanField(_("the practice's own"), default=False, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    added_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("norm or reliability")
        verbose_name_plural = _("norms and reliability")
        ordering = ["added_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sample__regex=r"\S") & Q(source__regex=r"\S"),
                name="scale_fact_has_sample_and_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.version}: {self.scale_id}, {self.get_kind_display()}"

    @property
    def as_filed(self) -> dict[str, Any]:
        """As the instrument file would hold it."""
        return {"sample": self.sample, "source": self.source, **self.numbers}


def with_facts(instrument: Instrument, facts: Iterable[ScaleFact]) -> Instrument:
    """The instrument as it is known now; `facts` are all of its version."""
    scales = {scale.id: scale for scale in instrument.scales}
    for fact in sorted(facts, key=lambda fact: fact.added_at):
        if fact.scale_id in scales:
            scales[fact.scale_id] = _with_fact(scales[fact.scale_id], fact)
    return replace(instrument, scales=tuple(scales.values()))


def _with_fact(scale: Scale, fact: ScaleFact) -> Scale:
    known = bool(fact.numbers)
    if fact.kind == ScaleFact.Kind.NORMS:
        return replace(scale, norms=norms_of(fact.as_filed) if known else None)
    reliability = reliability_of(fact.as_filed) if known else None
    if fact.kind == ScaleFact.Kind.RETEST:
        return replace(scale, retest=reliability)
    return replace(scale, reliability=reliability)


def fact_faults(
    instrument: Instrument,
    scale_id: str,
    kind: str,
    sample: str,
    source: str,
    numbers: dict[str, Any],
) -> list[Problem]:
    """What the file's own rules say against it; places are pointers such as `/mean`."""
    # Read as a file is read, so that 0.75 is the number that was written.
    given, problems = strict_json.read(canonical(numbers).encode())
    if not instrument.scale(scale_id):
        problems.append(Problem("/scale_id", "there is no such scale"))
    named = Node({"sample": sample, "source": source}, "", problems)
    named.get("sample").is_text()
    named.get("source").is_text()
    if not given:
        return problems
    if kind == ScaleFact.Kind.NORMS:
        bounds = (instrument.response.min, instrument.response.max)
        check_norms(Node({**given, "sample": "x", "source": "x"}, "", problems), bounds)
    else:
        check_reliability(Node({**given, "source": "x"}, "", problems))
    return problems
