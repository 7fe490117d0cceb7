"""Norms and reliabilities that a manager adds to a version, whose definition never changes.

Rows are added, never changed or deleted (a trigger enforces this): the newest one of a scale and
kind holds, and one without numbers revokes the one before it. docs/decisions/0006 says why.
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
    """Norms or a reliability of one scale of one version, with a named sample and a source.

    `numbers` has the fields of the instrument file's `norms` or `reliability` except sample and
    source; empty `numbers` revoke the fact before.
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
        """In the format of the instrument file."""
        return {"sample": self.sample, "source": self.source, **self.numbers}


def with_facts(instrument: Instrument, facts: Iterable[ScaleFact]) -> Instrument:
    """The instrument with the facts that now hold; `facts` are all those of its version.

    The newest fact of a scale and kind holds. A fact without numbers revokes the one before it, so
    that what held earlier (such as the file's own norms) holds again.
    """
    Kind = ScaleFact.Kind
    scales = []
    facts = sorted(facts, key=lambda fact: fact.added_at)
    for scale in instrument.scales:
        own = [fact for fact in facts if fact.scale_id == scale.id]
        norms = newest(scale.norms, [fact for fact in own if fact.kind == Kind.NORMS], norms_of)
        within = [fact for fact in own if fact.kind == Kind.RELIABILITY]
        over_time = [fact for fact in own if fact.kind == Kind.RETEST]
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
    """What holds after `filed`, from the file, and then these facts, oldest first."""
    stack: list[Known] = [] if filed is None else [filed]
    added = 0
    for fact in facts:
        if fact.numbers:
            stack.append(read(fact.as_filed))
            added += 1
        elif added:
            stack.pop()
            added -= 1
    return stack[-1] if stack else None


def fact_faults(
    instrument: Instrument,
    scale_id: str,
    kind: str,
    sample: str,
    source: str,
    numbers: dict[str, Any],
) -> list[Problem]:
    """The faults by the rules of the instrument file; pointers are such as `/mean`."""
    # Parsed the way a file is, so that 0.75 stays exactly 0.75.
    parsed, problems = strict_json.read(canonical(numbers).encode())
    if not instrument.scale(scale_id):
        problems.append(Problem("/scale_id", "there is no such scale"))
    named = Node({"sample": sample, "source": source}, "", problems)
    named.get("sample").is_text()
    named.get("source").is_text()
    if not parsed:
        return problems
    if kind == ScaleFact.Kind.NORMS:
        bounds = (instrument.response.min, instrument.response.max)
        check_norms(Node({**parsed, "sample": "x", "source": "x"}, "", problems), bounds)
    else:
        check_reliability(Node({**parsed, "source": "x"}, "", problems))
    return problems
