"""What the practice of the tests says for the blanks of its consent texts, and who agrees."""

from accounts.consent_texts.blanks import FILLED_BY_PRACTICE, Blank
from accounts.models import Consent, ConsentKind, ConsentText, FilledText, PracticeDetail, User
from accounts.people import consents, queries
from clients.models import Client
from clients.rights.queries import values_for

VALUES = {str(blank): f"canary {blank} as the practice says." for blank in FILLED_BY_PRACTICE}
VALUES[Blank.RETENTION_YEARS] = "7"


def fill_practice(*therapists: User) -> None:
    """No blank is left in the practice's texts, for clients of these therapists."""
    rows = [PracticeDetail(name=name, value=value) for name, value in VALUES.items()]
    registered = queries.REGISTRATION
    rows += [PracticeDetail(person=p, name=registered, value="CRR A1") for p in therapists]
    PracticeDetail.objects.bulk_create(rows)


def filled(kind: ConsentKind) -> FilledText:
    """The present text of a kind, with some therapist."""
    return queries.filled(kind, queries.practice_values() | {Blank.THERAPIST: "Somebody (A1)"})


def agree(user: User, *kinds: ConsentKind) -> list[Consent]:
    return [consents.give(filled=filled(kind), by=user) for kind in kinds]


def shown(client: Client, kind: ConsentKind) -> dict[str, str]:
    """The hidden field of the form under a text, as the client's page shows it."""
    return {"shown": queries.filled(kind, values_for(client)).fingerprint}


def count(*people: User) -> None:
    """These people agree to statistics."""
    text = ConsentText.current(ConsentKind.STATISTICS)
    Consent.objects.bulk_create([Consent(user=user, text=text) for user in people])


def count_clients() -> None:
    """Everyone with a record agrees to statistics."""
    count(*User.objects.filter(client__isnull=False))
