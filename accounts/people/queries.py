"""What the practice says about itself, and the consent texts that are filled with it."""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.consent_texts import blanks
from accounts.models import ConsentKind, ConsentText, FilledText, PracticeDetail, User

# The detail of one therapist: the register and the number in it.
REGISTRATION = "registration"


def practice_values() -> dict[str, str]:
    """What the practice has said for the blanks of its texts, and its help lines. One query."""
    return of_practice() | {blanks.Blank.HELP_LINES: _help_lines()}


def _help_lines() -> str:
    choice = f" {_('or')} "
    return "; ".join(f"{name}: {choice.join(numbers)}" for name, numbers in settings.CRISIS_LINES)


def blank_in_practice() -> list[str]:
    """What the practice has not filled in yet, of everything that its present texts ask for, the
    therapists' registrations aside. Two queries."""
    values = practice_values() | {blanks.Blank.THERAPIST: "known"}
    texts = ConsentText.all_current()
    return list(dict.fromkeys(n for text in texts for n in blanks.missing(text.text, values)))


def filled(kind: ConsentKind, values: Mapping[str, str]) -> FilledText:
    """The text of this kind that is asked for now. One query."""
    return FilledText(ConsentText.current(kind), values)


def of_practice() -> dict[str, str]:
    """What the whole practice says, by blank. One query."""
    return dict(PracticeDetail.objects.filter(person=None).values_list("name", "value"))


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
    known = registrations()
    return [person for person in therapists if not blanks.is_filled(known.get(person.pk, ""))]
