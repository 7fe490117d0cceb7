"""What a client agrees to and is asked to agree to, and whom they name."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import QuerySet

from accounts.consent_texts import blanks
from accounts.consent_texts.blanks import Blank
from accounts.database.together import Loader, first
from accounts.encryption.fields import readable
from accounts.labels import blank_label
from accounts.models import Consent, ConsentKind, ConsentText, FilledText
from accounts.models.consent import COVERED_BY, NEEDED
from accounts.people import queries as consent_texts
from clients.labels import Text
from clients.models import CareLink, Client, Nomination
from clients.rights.labels import CONSENTS, ConsentLabels


class Change(NamedTuple):
    """A detail of the practice that changed after somebody agreed."""

    label: Text
    value: str


@dataclass(frozen=True)
class Matter:
    """One text about which a client decides, as their page shows it.

    `standing` is the consent that holds now, None if there is none; `earlier` are the others, the
    newest first. `filled` is the text to decide about, None if `standing` is to its present
    version; then `changes` says what the practice has changed since.
    """

    kind: ConsentKind
    standing: Consent | None
    earlier: list[Consent]
    filled: FilledText | None = None
    changes: tuple[Change, ...] = ()

    @property
    def labels(self) -> ConsentLabels:
        return CONSENTS[self.kind]

    @property
    def is_needed(self) -> bool:
        return self.kind in NEEDED


class Lacking(NamedTuple):
    """The needed matters to which a client does not agree now: never, or no longer."""

    never: tuple[ConsentKind, ...]
    withdrawn: tuple[ConsentKind, ...]


def values_for(client: Client) -> dict[str, str]:
    """What fills the blanks of this client's texts. Three queries."""
    return consent_texts.practice_values() | {Blank.THERAPIST: _therapists(client)}


def _therapists(client: Client) -> str:
    """The client's therapists with their registrations; "" if there is none, or if one has none."""
    links = CareLink.objects.filter(client=client).going_on().of_therapists()
    people = {link.therapist_id: link.therapist.name for link in links.select_related("therapist")}
    known = consent_texts.registrations()
    if not all(blanks.is_filled(known.get(pk, "")) for pk in people):
        return ""
    return "; ".join(sorted(f"{name} ({known[pk]})" for pk, name in people.items()))


def matters(client: Client) -> list[Matter]:
    """The three texts that clients decide about, and the earlier joint one if this client agreed to
    it. Five queries."""
    given = list(client.user.consents.select_related("text").order_by("-given_at", "-pk"))
    values = values_for(client)
    result = [
        _matter(ConsentKind(t.kind), given, FilledText(t, values))
        for t in ConsentText.all_current()
    ]
    if any(consent.text.kind == ConsentKind.JOINT for consent in given):
        result.append(_matter(ConsentKind.JOINT, given))
    return result


def _matter(kind: ConsentKind, given: list[Consent], now: FilledText | None = None) -> Matter:
    mine = [consent for consent in given if consent.text.kind == kind]
    standing = next((consent for consent in mine if consent.withdrawn_at is None), None)
    earlier = [consent for consent in mine if consent is not standing]
    if now is None or standing is None or standing.text_id != now.text.pk:
        return Matter(kind, standing, earlier, now)
    return Matter(kind, standing, earlier, None, _changes(standing, now))


def _changes(standing: Consent, now: FilledText) -> tuple[Change, ...]:
    used = blanks.used(now.text.text, now.values)
    return tuple(
        Change(blank_label(name), value)
        for name, value in used.items()
        if blanks.is_filled(value) and value != standing.values.get(name, value)
    )


def waiting(client: Client) -> Loader[list[ConsentText]]:
    """The needed texts about whose present version this client has not decided. Nobody who withdrew
    is asked again and again."""
    decided = client.user.consents.order_by().values_list("text", flat=True)
    published = ConsentText.published(NEEDED)
    yield decided, published
    return [t for t in ConsentText.newest(published, NEEDED) if t.pk not in set(decided)]


def lacking(client: Client) -> Lacking:
    """One query."""
    return lacking_of(consents_of(client))


def consents_of(client: Client) -> QuerySet:
    """What each of the client's consents is about, and when it was withdrawn."""
    return client.user.consents.order_by().values_list("text__kind", "withdrawn_at")


def lacking_of(given: Iterable[tuple]) -> Lacking:
    """Of the rows of `consents_of`."""
    never, withdrawn = [], []
    for kind in NEEDED:
        ends = [ended for about, ended in given if about in COVERED_BY[kind]]
        if not ends:
            never.append(kind)
        elif all(ends):
            withdrawn.append(kind)
    return Lacking(tuple(never), tuple(withdrawn))


def current_nomination(client: Client) -> Nomination | None:
    """One query."""
    return first(newest_nomination(client))


def newest_nomination(client: Client) -> QuerySet[Nomination]:
    """At most one."""
    return Nomination.objects.filter(client=client).order_by("-version")[:1]


def readable_copy(nomination: Nomination) -> Nomination:
    """An unsaved copy without what cannot be decrypted, to write the next version."""
    return Nomination(version=nomination.version, **readable(nomination))
