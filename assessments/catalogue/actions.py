"""Actions on what the practice offers: instruments, their norms, and who may take them."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from assessments.catalogue import own_questionnaires
from assessments.instruments import file as instrument_file
from assessments.instruments.strict_json import Problem
from assessments.models import (
    Assignment,
    Audience,
    Instrument,
    InstrumentVersion,
    ScaleFact,
)
from assessments.models.scale_fact import fact_faults

Status = InstrumentVersion.Status

# Called when a norm or a reliability is added to a version. Other apps register these, since they
# know what was computed without it, and this app must not import them.
FACT_ADDED: list[Callable[[InstrumentVersion], None]] = []


class ContentDiffers(ValueError):
    """This slug, version and language is already stored with different content."""


class FactFaults(ValueError):
    """The numbers break rules of the instrument file; `problems` lists each fault."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@transaction.atomic
def load_instrument(
    *, definition: dict[str, Any], audience: Audience | None = None
) -> tuple[InstrumentVersion, bool]:
    """Stores a checked definition as a draft. Returns the version and whether it is new.

    Without an `audience`, an existing instrument keeps its own, and a new one is for people who
    were asked. A questionnaire that comes with the project is for everyone, because its wording is
    the project's own. Raises ContentDiffers if this slug, version and language is already stored
    with different content.
    """
    sha256 = instrument_file.digest(definition)
    first = Audience.EVERYONE if sha256 in own_questionnaires.digests() else Audience.ASKED
    family, new = Instrument.objects.get_or_create(
        slug=definition["slug"], defaults={"audience": audience or first}
    )
    if audience and not new:
        set_audience(instrument=family, audience=audience)
    version, created = InstrumentVersion.objects.get_or_create(
        instrument=family,
        version=definition["version"],
        language=definition["language"],
        defaults={"definition": instrument_file.plain(definition), "sha256": sha256},
    )
    if version.sha256 != sha256:
        raise ContentDiffers(str(version))
    return version, created


def set_audience(*, instrument: Instrument, audience: Audience) -> None:
    """Sets who may begin it from now on; attempts already begun can still be finished."""
    instrument.audience = Audience(audience)
    instrument.save(update_fields=["audience"])


def set_style_names(*, instrument: Instrument, named: bool) -> None:
    """Sets whether results name a style, those of earlier attempts included."""
    instrument.names_styles = named
    instrument.save(update_fields=["names_styles"])


def set_retest_days(*, instrument: Instrument, days: int) -> None:
    """Sets how long after it was filled in nobody is asked for it again."""
    instrument.retest_days = days
    instrument.save(update_fields=["retest_days"])


def assign(*, instrument: Instrument, to: User) -> None:
    """Lets a person who was asked to fill in an instrument take it. Idempotent."""
    # A conflict is not an error: the same questionnaire may be assigned again.
    Assignment.objects.bulk_create(
        [Assignment(user=to, instrument=instrument)], ignore_conflicts=True
    )


@transaction.atomic
def publish(*, version: InstrumentVersion) -> None:
    """Offers this version and retires the one offered until now in that language."""
    now = timezone.now()
    offered = InstrumentVersion.objects.select_for_update().filter(
        instrument=version.instrument_id, language=version.language, status=Status.PUBLISHED
    )
    offered.exclude(pk=version.pk).update(status=Status.RETIRED, retired_at=now)
    InstrumentVersion.objects.filter(pk=version.pk).exclude(status=Status.PUBLISHED).update(
        status=Status.PUBLISHED, published_at=now, retired_at=None
    )
    version.refresh_from_db()


@transaction.atomic
def retire(*, version: InstrumentVersion) -> None:
    """Stops offering this version; attempts already begun can still be finished."""
    InstrumentVersion.objects.filter(pk=version.pk, status=Status.PUBLISHED).update(
        status=Status.RETIRED, retired_at=timezone.now()
    )
    version.refresh_from_db()


@transaction.atomic
def add_fact(
    *,
    version: InstrumentVersion,
    scale_id: str,
    kind: str,
    sample: str,
    source: str,
    numbers: dict[str, Any],
    by: User | None,
    own: bool = False,
) -> ScaleFact:
    """Adds norms or a reliability to a version; empty `numbers` revoke the fact added before.

    Raises FactFaults if the numbers break a rule of the instrument file.
    """
    faults = fact_faults(version.questionnaire, scale_id, kind, sample, source, numbers)
    if faults:
        raise FactFaults(faults)
    fact = ScaleFact.objects.create(
        version=version,
        scale_id=scale_id,
        kind=kind,
        sample=sample.strip(),
        source=source.strip(),
        numbers=instrument_file.plain(numbers),
        added_by=by,
        own=own,
    )
    for callback in FACT_ADDED:
        callback(version)
    return fact
