"""What the practice says about itself, and the consent texts that are filled with it."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.consent_texts import blanks
from accounts.database.together import Loader
from accounts.models import ConsentKind, ConsentText, FilledText, PracticeDetail, User
from accounts.models.consent import ASKED

# The detail of one therapist: the register and the number in it.
REGISTRATION = "registration"


def practice_values() -> dict[str, str]:
    """What the practice has said for the blanks of its texts, and its help lines. One query."""
    return with_help_lines(of_practice())


def with_help_lines(values: dict[str, str]) -> dict[str, str]:
    return values | {blanks.Blank.HELP_LINES: _help_lines()}


def _help_lines() -> str:
    choice = f" {_('or')} "
    return "; ".join(f"{name}: {choice.join(numbers)}" for name, numbers in settings.CRISIS_LINES)


def blank_in_practice() -> list[str]:
    """What the practice has not filled in yet, of everything that its present texts ask for, the
    therapists' registrations aside. Two queries."""
    return blank_in(ConsentText.all_current(), of_practice())


def blank_in(texts: Iterable[ConsentText], values: dict[str, str]) -> list[str]:
    """What these texts ask for and the practice has not said."""
    known = with_help_lines(values) | {blanks.Blank.THERAPIST: "known"}
    return list(dict.fromkeys(n for text in texts for n in blanks.missing(text.text, known)))


def filled(kind: ConsentKind, values: Mapping[str, str]) -> FilledText:
    """The text of this kind that is asked for now. One query."""
    return FilledText(ConsentText.current(kind), values)


def of_practice() -> dict[str, str]:
    """What the whole practice says, by blank. One query."""
    return dict(details_of_practice())


def details_of_practice() -> QuerySet[PracticeDetail, tuple[str, str]]:
    """The name of each of these blanks, and what fills it."""
    return PracticeDetail.objects.filter(person=None).values_list("name", "value")


def fingerprint(values: Mapping[str, str], names: Iterable[str]) -> str:
    """The version of the named details for an optimistic lock: pages ask for different ones."""
    named = {str(name): values.get(name, "") for name in names}
    return sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()


def registrations() -> dict[UUID, str]:
    """The registration of each therapist who has one, by their id. One query."""
    rows = PracticeDetail.objects.filter(name=REGISTRATION).exclude(person=None)
    return dict(rows.values_list("person", "value"))


def unregistered(therapists: Iterable[User]) -> list[User]:
    """Those of whom no registration is known. One query."""
    return without_registration(therapists, registrations())


def without_registration(therapists: Iterable[User], known: Mapping[UUID, str]) -> list[User]:
    return [person for person in therapists if not blanks.is_filled(known.get(person.pk, ""))]


@dataclass(frozen=True)
class PracticeState:
    """The consent texts that are asked for now, what the practice says about itself, and the
    registration of each therapist."""

    texts: list[ConsentText]
    values: dict[str, str]
    registrations: dict[UUID, str]


def load_practice() -> Loader[PracticeState]:
    published = ConsentText.published()
    details = PracticeDetail.objects.values_list("person", "name", "value")
    yield published, details
    return PracticeState(
        ConsentText.newest(published, ASKED),
        {name: value for person, name, value in details if person is None},
        {
            person: value
            for person, name, value in details
            if person is not None and name == REGISTRATION
        },
    )
