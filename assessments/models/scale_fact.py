"""Norms and reliability that a manager adds beside a version, whose definition never changes.

Rows are added, never changed or deleted (migration 0004): the newest one of a scale and kind holds,
and one without numbers takes back the one before it. docs/decisions/0006 says why.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assessments.instruments import strict_json
from assessments.instruments.definition import Instrument
from assessments.instruments.file import canonical, norms_of, reliability_of
from assessments.instruments.file_checks import check_norms, check_reliability
from assessments.instruments.json_node import Node
from assessments.instruments.strict_json import Problem


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
    """The instrument as it is known now; `facts` are all of its version.

    The newest fact of a scale and kind holds. One without numbers takes back the one before it,
    and what held before that one (such as the file's own norms) holds again.
    """
    Kind = ScaleFact.Kind
    scales = []
    facts = sorted(facts, key=lambda fact: fact.added_at)
    for scale in instrument.scales:
        mine = [fact for fact in facts if fact.scale_id == scale.id]
        norms = newest(scale.norms, [fact for fact in mine if fact.kind == Kind.NORMS], norms_of)
        within = [fact for fact in mine if fact.kind == Kind.RELIABILITY]
        over_time = [fact for fact in mine if fact.kind == Kind.RETEST]
        scales.append(
            replace(
                scale,
                norms=norms,
                reliability=newest(scale.reliability, within, reliability_of),
                retest=newest(None, over_time, reliability_of),
            )
        )
    return replace(instrument, scales=tuple(scales))


Known = TypeVar("Known")


def newest(
    filed: Known | None, facts: Iterable[ScaleFact], read: Callable[[dict[str, Any]], Known]
) -> Known | None:
    """What holds after these facts of one scale and kind, oldest first."""
    held: list[Known] = [] if filed is None else [filed]
    added = 0
    for fact in facts:
        if fact.numbers:
            held.append(read(fact.as_filed))
            added += 1
        elif added:
            held.pop()
            added -= 1
    return held[-1] if held else None


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
